import { rootCertificates } from 'node:tls';
import { errors } from '../../common/errors';
import { type ImageName, parseImageName } from '../../oci/image-name';
import { certificatesInSecret, credentialsInSecret, type SecretValues } from '../../oci/secret-access';
import type { RegistryAccess } from '../../oci/types';

const CREDENTIALS = ['.dockerconfigjson', '.dockercfg', 'username'];

/** A Secret: `namespace/name` and its decoded `data`. */
export interface SecretOf {
  readonly name: string;
  readonly values: SecretValues;
}

export interface AccessSecrets {
  readonly image: string;
  readonly insecure: boolean;
  /** The first that has something for the registry counts. */
  readonly credentials: readonly SecretOf[];
  readonly certificates?: SecretOf;
  readonly proxy?: SecretOf;
}

/** What Secrets in Flux's formats allow. Throws `RegistrySecretUnusable`, `DockerConfigInvalid`. */
export function accessOf({ image, insecure, credentials, certificates, proxy }: AccessSecrets): RegistryAccess {
  return {
    ...firstCredentials(parseImageName(image), credentials),
    ...(insecure && { insecure }),
    ...(certificates && certificatesOf(certificates)),
    ...(proxy && { proxy: proxyOf(proxy) }),
  };
}

/** Those of pull secrets, or username and password as other sources have them. */
function firstCredentials(image: ImageName, secrets: readonly SecretOf[]): RegistryAccess {
  for (const { name, values } of secrets) {
    if (!CREDENTIALS.some((key) => values[key])) {
      throw errors.RegistrySecretUnusable({ secret: name, problem: `has none of ${CREDENTIALS.join(', ')}` });
    }
    const found = credentialsInSecret(values, image, name);
    if (found !== undefined) return { ...found, secret: name };
  }
  return secrets.length === 0 ? {} : { secret: secrets.map(({ name }) => name).join(', ') };
}

function certificatesOf({ name, values }: SecretOf): RegistryAccess {
  const found = certificatesInSecret(values, name);
  const { certificateAuthority: authority } = found;
  if (Object.keys(found).length === 0) throw errors.RegistrySecretUnusable({ secret: name, problem: 'has neither ca.crt nor tls.crt' });
  // Flux adds the authority to the system's: what a registry redirects to is often elsewhere.
  return authority === undefined ? found : { ...found, certificateAuthority: [authority, ...rootCertificates].join('\n') };
}

function proxyOf({ name, values: { address, username, password } }: SecretOf): string {
  if (!address || !URL.canParse(address)) throw errors.RegistrySecretUnusable({ secret: name, problem: 'has no key address that is one' });
  const proxy = new URL(address);
  if (username) proxy.username = encodeURIComponent(username);
  if (password) proxy.password = encodeURIComponent(password);
  return proxy.toString();
}
