import { Authorization } from '../../oci/authorization';
import { dockerLogin } from '../../oci/docker-login';
import { parseImageName } from '../../oci/image-name';
import { openImageRegistry } from '../../oci/registry';
import { Transport } from '../../oci/transport';

/** What this machine can tell of an image: the cluster may reach other registries, with other credentials. */
export async function describeImage(image: string): Promise<{ isThere: boolean | undefined; says: string }> {
  const [, repository, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/@]+))$/.exec(image)?.filter((part) => part !== undefined) ?? [];
  if (repository === undefined || tag === undefined) return { isThere: undefined, says: `${image}, which has no tag` };
  try {
    const registry = openImageRegistry(repository, await dockerLogin(parseImageName(repository)), new Authorization(new Transport()));
    const digest = await registry.digest(tag);
    return digest === undefined ? { isThere: false, says: `the registry has no ${image}` } : { isThere: true, says: `${image} is there` };
  } catch (error) {
    return { isThere: undefined, says: `${image}; whether it is there cannot be told from here: ${(error as Error).message}` };
  }
}
