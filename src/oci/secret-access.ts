import { errors } from '../common/errors';
import { credentialsFor, parseDockerConfig } from './docker-config';
import type { ImageName } from './image-name';
import { parseObject } from './json-object';
import type { RegistryAccess } from './types';

/** `data` of a Secret, decoded. */
export type SecretValues = Readonly<Record<string, string>>;

/**
 * What a Secret has for a registry, in any of Flux's and Helm's formats: `.dockerconfigjson`, `.dockercfg`, or `username` and `password`; also `ca.crt`,
 * `tls.crt`, `tls.key` and their older names `caFile`, `certFile`, `keyFile`. Without credentials where it has none for this one. Throws `DockerConfigInvalid`.
 * @param secret `namespace/name`
 */
export function accessInSecret(values: SecretValues, image: ImageName, secret: string): RegistryAccess {
  return { ...credentialsInSecret(values, image, secret), ...certificatesInSecret(values, secret), secret };
}

/** Only the credentials; undefined where it has none for this registry. */
export function credentialsInSecret(values: SecretValues, image: ImageName, secret: string): RegistryAccess | undefined {
  const config = values['.dockerconfigjson'];
  if (config) return credentialsFor(image, parseDockerConfig(config, `secret ${secret}`), `secret ${secret}`);
  if (values['.dockercfg']) return credentialsFor(image, parseLegacy(values['.dockercfg'], secret), `secret ${secret}`);
  const { username, password } = values;
  return username || password ? { username, password } : undefined;
}

/** Only authority and client certificate. Throws `DockerConfigInvalid` for a certificate without its key. */
export function certificatesInSecret(values: SecretValues, secret: string): RegistryAccess {
  const authority = values['ca.crt'] || values.caFile;
  const certificate = values['tls.crt'] || values.certFile;
  const key = values['tls.key'] || values.keyFile;
  if (!certificate !== !key) throw errors.DockerConfigInvalid({ source: `secret ${secret}`, reason: 'it has only one of tls.crt and tls.key' });
  return {
    ...(authority && { certificateAuthority: authority }),
    ...(certificate && { clientCertificate: certificate, clientKey: key }),
  };
}

function parseLegacy(text: string, secret: string) {
  const auths = parseObject(text);
  if (auths === undefined) throw errors.DockerConfigInvalid({ source: `secret ${secret}`, reason: 'it is no JSON object' });
  return parseDockerConfig(JSON.stringify({ auths }), `secret ${secret}`);
}
