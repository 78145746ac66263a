import type { Environment } from './environment';

/** A repository's object database, and as whom git works on it. */
export interface Workplace {
  /** Bare repository, or the `.git` folder of an ordinary one. Its index and work tree are never touched. */
  readonly repository: string;
  readonly environment: Environment;
  /** Folder for private ones, which are gone after each command. */
  readonly scratch: string;
  readonly signal?: AbortSignal;
  /** Lets git ask its user for credentials. @default false */
  readonly interactive?: boolean;
}
