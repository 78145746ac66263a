import type { ImageRule } from '../model/image-rule';
import type { LockKey } from '../model/lock';

/** Where the versions of a lock entry are published. */
export type VersionSource =
  | { readonly type: 'image'; readonly repository: string; readonly insecure?: boolean }
  /** `url` as laptops and CI reach it: `https://…`, `http://…` or `oci://…`. */
  | { readonly type: 'chart'; readonly url: string; readonly chart: string };

/** A version that a construct takes from its lock. */
export interface LockRequest {
  readonly cluster: string;
  readonly layer: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  readonly key: LockKey;
  /** Name its reference must have; an entry of another name counts as none. */
  readonly name: string;
  readonly source: VersionSource;
  /** Which version to take. Absent: whatever is set by hand. */
  readonly rule?: ImageRule;
  /** Whether the reference carries the digest. */
  readonly pinsDigest: boolean;
  /** Version to run until the lock has one. */
  readonly initial?: string;
  /** `<namespace>:<name>` of its ImagePolicy; absent where there is none: the version is set by hand, or the cluster has no image automation. */
  readonly policy?: string;
  /** Name of the ImageUpdateAutomation that raises it; absent where nobody does. */
  readonly automation?: string;
  /** Path of the construct, for messages. */
  readonly construct: string;
}
