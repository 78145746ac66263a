import { errors } from '../common/errors';
import { certificatesIn, isHalf, proxyIn, type SecretValues } from '../common/secret-values';
import type { ImageName } from '../model/image-name';
import { credentialsFor, parseDockerConfig } from './docker-config';
import { parseObject } from './json-object';
import type { RegistryAccess } from './types';

/**
 * Credentials that a Secret has for a registry, in any of Flux's and Helm's formats: `.dockerconfigjson`, `.dockercfg`, or `username` and `password`.
 * Undefined where it has none for this one. Throws `DockerConfigInvalid`.
 * @param secret `namespace/name`
 */
export function credentialsInSecret(values: SecretValues, image: ImageName, secret: string): RegistryAccess | undefined {
  const config = values['.dockerconfigjson'];
  if (config) return credentialsFor(image, parseDockerConfig(config, `secret ${secret}`), `secret ${secret}`);
  if (values['.dockercfg']) return credentialsFor(image, parseLegacy(values['.dockercfg'], secret), `secret ${secret}`);
  const { username, password } = values;
  return username || password ? { username, password } : undefined;
}

/** Authority and client certificate; empty where it has none. Throws `RegistrySecretUnusable` for a certificate without its key. */
export function certificatesInSecret(values: SecretValues, secret: string): RegistryAccess {
  const found = certificatesIn(values);
  if (isHalf(found)) throw errors.RegistrySecretUnusable({ secret, problem: 'has only one of tls.crt and tls.key' });
  return found;
}

/** The proxy, credentials included. Throws `RegistrySecretUnusable` where there is none. */
export function proxyInSecret(values: SecretValues, secret: string): string {
  const proxy = proxyIn(values);
  if (proxy === undefined) throw errors.RegistrySecretUnusable({ secret, problem: 'has no key address that is one' });
  return proxy;
}

function parseLegacy(text: string, secret: string) {
  const auths = parseObject(text);
  if (auths === undefined) throw errors.DockerConfigInvalid({ source: `secret ${secret}`, reason: 'it is no JSON object' });
  return parseDockerConfig(JSON.stringify({ auths }), `secret ${secret}`);
}
