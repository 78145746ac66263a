import { createHash } from 'node:crypto';
import type { HelmReleaseSpec } from '../model/helm-release';
import type { ObjectMeta } from '../model/object';

/** Where a release is: its name, where its objects go, and where Helm keeps its revisions. */
export interface ReleaseTarget {
  readonly name: string;
  readonly namespace: string;
  readonly storageNamespace: string;
}

/** A HelmRelease, wherever it was read. */
interface ReleaseLike {
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace'>;
  readonly spec: HelmReleaseSpec;
}

export function releaseTarget({ metadata, spec }: ReleaseLike): ReleaseTarget {
  const own = metadata.namespace ?? '';
  const composed = spec.targetNamespace === undefined ? metadata.name : `${spec.targetNamespace}-${metadata.name}`;
  return {
    name: shortenName(spec.releaseName ?? composed),
    namespace: spec.targetNamespace ?? own,
    storageNamespace: spec.storageNamespace ?? own,
  };
}

const MAX_LENGTH = 53;
const HASH_LENGTH = 12;

/** Helm allows 53 characters. Longer names are cut and end in a hash of the whole, as Flux cuts them. */
export function shortenName(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}-${hash}`;
}
