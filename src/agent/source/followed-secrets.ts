import { type ErrorDefinition, errors } from '../../common/errors';
import { decodeSecret, type SecretValues } from '../../common/secret-values';
import type { KubeObject } from '../../model/object';
import type { FollowedRef, Ref, Runtime } from '../runtime/types';
import { WatchedValues } from '../runtime/watched-values';

/** Throws where there is none. */
export type ReadSecret = (namespace: string, name: string) => Promise<SecretValues>;

/** Names of the pull secrets of a service account. Throws where there is none. */
export type ReadPullSecrets = (namespace: string, account: string) => Promise<readonly string[]>;

/** Secrets that objects read: a change of one asks for a visit to those that do. */
export class FollowedSecrets {
  private readonly watched: WatchedValues;

  /** @param missing thrown where something is not there, with `secret` and `problem` */
  constructor(
    private readonly runtime: Pick<Runtime, 'clusters' | 'watchValues' | 'requestReconcile'>,
    private readonly missing: ErrorDefinition = errors.SourceSecretMissing,
  ) {
    this.watched = new WatchedValues(runtime);
  }

  /** From its end on, what `use` read is what `owner` follows. What could not be read is followed as well: its coming is a change. */
  async reading<R>(owner: Ref, use: (read: ReadSecret, pullSecrets: ReadPullSecrets) => Promise<R>): Promise<R> {
    const seen = new Map<string, FollowedRef>();
    const secret: ReadSecret = (namespace, name) => this.secret({ kind: 'Secret', namespace, name }, seen);
    const pullSecrets: ReadPullSecrets = (namespace, name) => this.pullSecrets({ kind: 'ServiceAccount', namespace, name }, seen);
    try {
      return await use(secret, pullSecrets);
    } finally {
      this.watched.follow(owner, [...seen.values()]);
    }
  }

  forget(owner: Ref): void {
    this.watched.forget(owner);
  }

  private async secret(ref: Ref, seen: Map<string, FollowedRef>): Promise<SecretValues> {
    const secret = await this.read<KubeObject & { data?: Record<string, string> }>(ref, seen);
    if (secret === undefined) throw this.missing({ secret: `${ref.namespace}/${ref.name}`, problem: 'does not exist' });
    return decodeSecret(secret.data);
  }

  private async pullSecrets(ref: Ref, seen: Map<string, FollowedRef>): Promise<readonly string[]> {
    const account = await this.read<KubeObject & { imagePullSecrets?: { name: string }[] }>(ref, seen);
    if (account !== undefined) return (account.imagePullSecrets ?? []).map(({ name }) => name);
    throw this.missing({ secret: `of serviceaccount ${ref.namespace}/${ref.name}`, problem: 'is not known: there is no such account' });
  }

  private async read<T extends KubeObject>(ref: Ref, seen: Map<string, FollowedRef>): Promise<T | undefined> {
    const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
    seen.set(key, ref);
    const object = await this.runtime.clusters.own.get<T>({ group: '', version: 'v1', ...ref });
    seen.set(key, { ...ref, seen: object?.metadata.resourceVersion ?? '' });
    return object;
  }
}
