import type { Authorization } from './authorization';
import type { RegistryAccess } from './types';

/** Where a chart repository is, and where what comes from it is kept. */
export interface ChartPlace {
  readonly url: string;
  readonly access: RegistryAccess;
  readonly folder: string;
  readonly authorization: Authorization;
}
