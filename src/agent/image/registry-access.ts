import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import type { ImageRegistry, RegistryAccess } from '../../oci/types';
import { refKey, refOf } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';
import { type FollowedRef, WatchedValues } from '../runtime/watched-values';
import { decodeSecret } from '../source/git-secret';
import { registrySecretsIn } from '../source/registry-secret';
import { accessOf, type SecretOf } from './registry-access-values';
import type { ImageRepository } from './types';

/** Makes the registry of an image. */
export type OpenRegistry = (image: string, access: RegistryAccess) => ImageRegistry;

interface Kept {
  readonly generation: number | undefined;
  readonly registry: Promise<ImageRegistry>;
}

/**
 * Registries of ImageRepositories, let in by the Secrets they name. Those are read once and watched: a change asks for a visit of the
 * ImageRepository, which begins anew.
 */
export class Registries {
  private readonly kept = new Map<string, Kept>();
  private readonly secrets: WatchedValues;

  constructor(
    private readonly runtime: Runtime,
    private readonly open: OpenRegistry,
  ) {
    this.secrets = new WatchedValues(runtime);
  }

  /** Throws `RegistrySecretUnusable`, `DockerConfigInvalid`. */
  async of(repository: ImageRepository): Promise<ImageRegistry> {
    const key = refKey(refOf(repository));
    const { generation } = repository.metadata;
    const known = this.kept.get(key);
    if (known !== undefined && known.generation === generation) return await known.registry;
    const registry = this.make(repository);
    this.kept.set(key, { generation, registry });
    try {
      return await registry;
    } catch (error) {
      if (this.kept.get(key)?.registry === registry) this.kept.delete(key);
      throw error;
    }
  }

  /** The Secrets are read again the next time. */
  renew(repository: ImageRepository): void {
    this.kept.delete(refKey(refOf(repository)));
  }

  forget(ref: Ref): void {
    this.kept.delete(refKey(ref));
    this.secrets.forget(ref);
  }

  private async make(repository: ImageRepository): Promise<ImageRegistry> {
    const reading = new Reading(this.runtime.clusters.own, repository.metadata.namespace ?? '');
    try {
      const access = await this.access(repository, reading);
      for (const secret of registrySecretsIn(access)) this.runtime.redactor.add(secret);
      return this.open(repository.spec.image, access);
    } finally {
      this.secrets.follow(refOf(repository), reading.seen); // What is not there is followed as well: its coming is a change.
    }
  }

  private async access({ spec }: ImageRepository, reading: Reading): Promise<RegistryAccess> {
    const certificates = spec.certSecretRef && (await reading.secret(spec.certSecretRef.name));
    const proxy = spec.proxySecretRef && (await reading.secret(spec.proxySecretRef.name));
    const credentials: SecretOf[] = [];
    if (spec.secretRef) credentials.push(await reading.secret(spec.secretRef.name));
    for (const name of spec.serviceAccountName ? await reading.pullSecrets(spec.serviceAccountName) : [])
      credentials.push(await reading.secret(name));
    return accessOf({ image: spec.image, insecure: spec.insecure === true, credentials, certificates, proxy });
  }
}

/** One look at what an ImageRepository names, and at which versions that was. */
class Reading {
  readonly seen: FollowedRef[] = [];

  constructor(
    private readonly client: Pick<KubeClient, 'get'>,
    private readonly namespace: string,
  ) {}

  async secret(name: string): Promise<SecretOf> {
    const secret = await this.read<KubeObject & { data?: Record<string, string> }>('Secret', name);
    const full = `${this.namespace}/${name}`;
    if (secret === undefined) throw errors.RegistrySecretUnusable({ secret: full, problem: 'does not exist' });
    return { name: full, values: decodeSecret(secret.data) };
  }

  async pullSecrets(name: string): Promise<string[]> {
    const account = await this.read<KubeObject & { imagePullSecrets?: { name: string }[] }>('ServiceAccount', name);
    if (account !== undefined) return (account.imagePullSecrets ?? []).map((secret) => secret.name);
    throw errors.RegistrySecretUnusable({ secret: `of serviceaccount ${this.namespace}/${name}`, problem: 'is not known: there is no such account' });
  }

  private async read<T extends KubeObject>(kind: string, name: string): Promise<T | undefined> {
    const object = await this.client.get<T>({ group: '', version: 'v1', kind, namespace: this.namespace, name });
    this.seen.push({ kind, namespace: this.namespace, name, seen: object?.metadata.resourceVersion ?? '' });
    return object;
  }
}
