import { errors } from '../../common/errors';
import type { KubeObject } from '../../model/object';
import type { Ref, Runtime } from '../runtime/types';
import { WatchedValues } from '../runtime/watched-values';
import { decodeSecret, type SecretValues } from './git-secret';

/** Throws `SourceSecretMissing` where there is none. */
export type ReadSecret = (namespace: string, name: string) => Promise<SecretValues>;

/** Secrets that objects read: a change of one asks for a visit to those that do. */
export class FollowedSecrets {
  private readonly watched: WatchedValues;

  constructor(private readonly runtime: Pick<Runtime, 'clusters' | 'watchValues' | 'requestReconcile'>) {
    this.watched = new WatchedValues(runtime);
  }

  /** From its end on, what `use` read is what `owner` follows. What could not be read is followed as well: its coming is a change. */
  async reading<R>(owner: Ref, use: (read: ReadSecret) => Promise<R>): Promise<R> {
    const seen = new Map<string, Ref & { seen?: string }>();
    try {
      return await use((namespace, name) => this.read({ kind: 'Secret', namespace, name }, seen));
    } finally {
      this.watched.follow(owner, [...seen.values()]);
    }
  }

  forget(owner: Ref): void {
    this.watched.forget(owner);
  }

  private async read(ref: Ref, seen: Map<string, Ref & { seen?: string }>): Promise<SecretValues> {
    const name = `${ref.namespace}/${ref.name}`;
    seen.set(name, ref);
    const id = { group: '', version: 'v1', ...ref };
    const secret = await this.runtime.clusters.own.get<KubeObject & { data?: Record<string, string> }>(id);
    seen.set(name, { ...ref, seen: secret?.metadata.resourceVersion ?? '' });
    if (secret === undefined) throw errors.SourceSecretMissing({ secret: name, problem: 'does not exist' });
    return decodeSecret(secret.data);
  }
}
