import { errors } from '../../common/errors';
import { parseImageName } from '../../oci/image-name';
import { certificatesInSecret, credentialsInSecret } from '../../oci/secret-access';
import type { RegistryAccess } from '../../oci/types';
import type { ReadSecret } from './followed-secrets';
import type { SecretValues } from './git-secret';

/** What a spec of a HelmRepository or OCIRepository says of how it is let in. */
export interface RegistrySecrets {
  readonly url: string;
  readonly secretRef?: { readonly name: string };
  readonly certSecretRef?: { readonly name: string };
  readonly proxySecretRef?: { readonly name: string };
  readonly insecure?: boolean;
  readonly passCredentials?: boolean;
}

/** What Secrets in Flux's formats allow. Throws `SourceSecretMissing`, `RegistrySecretUnusable`. */
export async function registryAccess(spec: RegistrySecrets, namespace: string, read: ReadSecret): Promise<RegistryAccess> {
  const { url, secretRef, certSecretRef, proxySecretRef, insecure, passCredentials } = spec;
  const secret = secretRef && `${namespace}/${secretRef.name}`;
  const credentials = secretRef && (await read(namespace, secretRef.name));
  const certificates = certSecretRef && (await read(namespace, certSecretRef.name));
  const proxy = proxySecretRef && (await read(namespace, proxySecretRef.name));
  return {
    ...(credentials && secret ? { ...credentialsOf(url, credentials, secret), ...certificatesInSecret(credentials, secret), secret } : {}),
    ...(certificates && certSecretRef ? expectCertificates(certificates, `${namespace}/${certSecretRef.name}`) : {}),
    ...(proxy && proxySecretRef ? { proxy: proxyOf(proxy, `${namespace}/${proxySecretRef.name}`) } : {}),
    ...(insecure ? { insecure } : {}),
    ...(passCredentials ? { passCredentials } : {}),
  };
}

/** Username and password, or for registries a docker configuration. */
function credentialsOf(url: string, values: SecretValues, secret: string): RegistryAccess {
  if (url.startsWith('oci://')) return credentialsInSecret(values, parseImageName(repositoryName(url)), secret) ?? {};
  const { username, password } = values;
  if (!username !== !password) throw errors.RegistrySecretUnusable({ secret, problem: `has no key ${username ? 'password' : 'username'}` });
  return username ? { username, password } : {};
}

/** Credentials may be those of a path in a registry: any name below the address stands for all of them. */
function repositoryName(url: string): string {
  const name = url.slice('oci://'.length).replace(/\/+$/, '');
  return name.includes('/') ? name : `${name}/any`;
}

function expectCertificates(values: SecretValues, secret: string): RegistryAccess {
  const found = certificatesInSecret(values, secret);
  if (Object.keys(found).length === 0) throw errors.RegistrySecretUnusable({ secret, problem: 'has neither ca.crt nor tls.crt and tls.key' });
  return found;
}

function proxyOf(values: SecretValues, secret: string): string {
  if (!values.address || !URL.canParse(values.address)) throw errors.RegistrySecretUnusable({ secret, problem: 'has no key address that is one' });
  const proxy = new URL(values.address);
  if (values.username) proxy.username = encodeURIComponent(values.username);
  if (values.password) proxy.password = encodeURIComponent(values.password);
  return proxy.toString();
}

/** Everything in an access that must never be seen, in every form it travels in. */
export function registrySecretsIn({ username, password, identityToken, bearerToken, clientKey, proxy }: RegistryAccess): string[] {
  const basic = password && Buffer.from(`${username ?? ''}:${password}`).toString('base64');
  const proxyPassword = proxy && decodeURIComponent(new URL(proxy).password);
  return [password, basic, identityToken, bearerToken, clientKey, proxyPassword].filter((secret): secret is string => !!secret);
}
