import { rootCertificates } from 'node:tls';
import { errors } from '../../common/errors';
import { credentialsFor, type DockerConfig, parseDockerConfig } from '../../oci/docker-config';
import { type ImageName, parseImageName } from '../../oci/image-name';
import { parseObject } from '../../oci/json-object';
import type { RegistryAccess } from '../../oci/types';

/** A Secret: `namespace/name` and its decoded `data`. */
export interface SecretValues {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface AccessSecrets {
  readonly image: string;
  readonly insecure: boolean;
  /** The first that has something for the registry counts. */
  readonly credentials: readonly SecretValues[];
  readonly certificates?: SecretValues;
  readonly proxy?: SecretValues;
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

function firstCredentials(image: ImageName, secrets: readonly SecretValues[]): RegistryAccess {
  for (const secret of secrets) {
    const found = credentialsOf(image, secret);
    if (found !== undefined) return { ...found, secret: secret.name };
  }
  return secrets.length === 0 ? {} : { secret: secrets.map(({ name }) => name).join(', ') };
}

/** Of the forms of pull secrets, and of plain username and password as other sources have them. */
function credentialsOf(image: ImageName, { name, values }: SecretValues): RegistryAccess | undefined {
  const { username, password, '.dockerconfigjson': config, '.dockercfg': older } = values;
  if (config) return credentialsFor(image, parseDockerConfig(config, `secret ${name}`), `secret ${name}`);
  if (older) return credentialsFor(image, { auths: (parseObject(older) ?? {}) as DockerConfig['auths'] }, `secret ${name}`);
  if (username && password) return { username, password };
  throw errors.RegistrySecretUnusable({ secret: name, problem: 'has neither .dockerconfigjson nor username and password' });
}

function certificatesOf({ name, values }: SecretValues): RegistryAccess {
  const authority = values['ca.crt'] || values.caFile;
  const certificate = values['tls.crt'] || values.certFile;
  const key = values['tls.key'] || values.keyFile;
  const refuse = (problem: string) => errors.RegistrySecretUnusable({ secret: name, problem });
  if (!authority && !certificate) throw refuse('has neither ca.crt nor tls.crt');
  if (!certificate !== !key) throw refuse('has only one of tls.crt and tls.key');
  return {
    // Flux adds the authority to the system's: what a registry redirects to is often elsewhere.
    ...(authority && { certificateAuthority: [authority, ...rootCertificates].join('\n') }),
    ...(certificate && { clientCertificate: certificate, clientKey: key }),
  };
}

function proxyOf({ name, values: { address, username, password } }: SecretValues): string {
  if (!address || !URL.canParse(address)) throw errors.RegistrySecretUnusable({ secret: name, problem: 'has no key address that is one' });
  const proxy = new URL(address);
  if (username) proxy.username = encodeURIComponent(username);
  if (password) proxy.password = encodeURIComponent(password);
  return proxy.toString();
}
