import { errors } from '../../common/errors';
import { certificatesIn, type SecretValues } from '../../common/secret-values';
import { imageBelow } from '../../oci/image-name';
import { certificatesInSecret, credentialsInSecret, proxyInSecret } from '../../oci/secret-access';
import type { RegistryAccess } from '../../oci/types';

const CREDENTIALS = ['.dockerconfigjson', '.dockercfg', 'username'];

/** A Secret: `namespace/name` and its decoded `data`. */
export interface SecretOf {
  readonly name: string;
  readonly values: SecretValues;
}

export interface AccessSecrets {
  /** `oci://…` of a registry, or the address of a chart repository. */
  readonly url: string;
  /** The first that has something for the registry counts. */
  readonly credentials: readonly SecretOf[];
  readonly certificates?: SecretOf;
  readonly proxy?: SecretOf;
  readonly insecure?: boolean;
  readonly passCredentials?: boolean;
}

/** What Secrets in Flux's formats allow. Throws `RegistrySecretUnusable`, `DockerConfigInvalid`. */
export function accessOf({ url, credentials, certificates, proxy, insecure, passCredentials }: AccessSecrets): RegistryAccess {
  return {
    ...(url.startsWith('oci://') ? registryCredentials(url, credentials) : basicCredentials(credentials)),
    ...(certificates && requireCertificates(certificates)),
    ...(proxy && { proxy: proxyInSecret(proxy.values, proxy.name) }),
    ...(insecure && { insecure }),
    ...(passCredentials && { passCredentials }),
  };
}

/** Those of pull secrets, or username and password as other sources have them. */
function registryCredentials(url: string, secrets: readonly SecretOf[]): RegistryAccess {
  let certificates: RegistryAccess = {};
  for (const { name, values } of secrets) {
    certificates = { ...certificatesInSecret(values, name), ...certificates };
    if (!CREDENTIALS.some((key) => values[key]) && Object.keys(certificatesIn(values)).length === 0) {
      throw errors.RegistrySecretUnusable({ secret: name, problem: `has none of ${CREDENTIALS.join(', ')}` });
    }
    const found = credentialsInSecret(values, imageBelow(url), name);
    if (found !== undefined) return { ...found, ...certificates, secret: name };
  }
  return secrets.length === 0 ? {} : { ...certificates, secret: secrets.map(({ name }) => name).join(', ') };
}

/** Username and password, where there is a Secret. */
function basicCredentials([secret]: readonly SecretOf[]): RegistryAccess {
  if (secret === undefined) return {};
  const { name, values } = secret;
  const { username, password } = values;
  if (!username !== !password) throw errors.RegistrySecretUnusable({ secret: name, problem: `has no key ${username ? 'password' : 'username'}` });
  return { ...(username && { username, password }), ...certificatesInSecret(values, name), secret: name };
}

function requireCertificates({ name, values }: SecretOf): RegistryAccess {
  const found = certificatesInSecret(values, name);
  if (Object.keys(found).length > 0) return found;
  throw errors.RegistrySecretUnusable({ secret: name, problem: 'has neither ca.crt nor tls.crt and tls.key' });
}
