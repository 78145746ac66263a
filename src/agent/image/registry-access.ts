import { errors } from '../../common/errors';
import { secretsIn } from '../../common/secret-values';
import type { ImageRegistry, RegistryAccess } from '../../oci/types';
import { refKey, refOf } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';
import { FollowedSecrets } from '../source/followed-secrets';
import { registryAccess } from '../source/registry-secrets';
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
  private readonly secrets: FollowedSecrets;

  constructor(
    private readonly runtime: Runtime,
    private readonly open: OpenRegistry,
  ) {
    this.secrets = new FollowedSecrets(runtime, errors.RegistrySecretUnusable);
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
    const { metadata, spec } = repository;
    const secrets = { ...spec, url: `oci://${spec.image}` };
    const access = await this.secrets.reading(refOf(repository), (...reads) => registryAccess(secrets, metadata.namespace ?? '', ...reads));
    for (const secret of secretsIn(access)) this.runtime.redactor.add(secret);
    return this.open(spec.image, access);
  }
}
