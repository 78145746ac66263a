import type { ClusterOptions } from '../cluster/connect';

export interface InstallOptions extends ClusterOptions {
  readonly export?: boolean;
  readonly takeOver?: boolean;
  readonly gitUrl?: string;
  readonly gitPath?: string;
  readonly gitBranch: string;
  readonly gitSecret?: string;
  readonly readOnly?: boolean;
  readonly image?: string;
  readonly agentNamespace?: string;
}
