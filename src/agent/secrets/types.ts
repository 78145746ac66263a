import type { SealingKey } from '../../seal/sealing-key';

/** The cluster's sealing keys, as they are just now. */
export interface KeyRing {
  /** Those in use, newest first. */
  readonly keys: readonly SealingKey[];
  /** Told whenever a key comes, goes, or is put out of use. */
  subscribe(onChange: () => void): void;
}

/** Whether this agent is the one that unseals: it holds its lease and no other controller is at work. */
export interface Standing {
  readonly isActive: boolean;
  /** Why not, in words. */
  readonly reason?: string;
  subscribe(onChange: () => void): void;
}
