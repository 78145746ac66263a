import type { Authorization } from './authorization';
import type { RegistryAccess } from './types';

/** Where a chart repository is, and where what comes from it is kept. */
export interface ChartPlace {
  readonly url: string;
  readonly access: RegistryAccess;
  readonly folder: string;
  /** Whether what ranges meant to an earlier process counts until the repository is asked anew. */
  readonly remembers: boolean;
  readonly authorization: Authorization;
}
