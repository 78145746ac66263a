import { errors } from '../../common/errors';
import type { GitAccess } from '../../git/access';
import { transportOf } from '../../git/url';

/** `data` of a Secret, decoded. */
export type SecretValues = Readonly<Record<string, string>>;

export function decodeSecret(data: Readonly<Record<string, string>> = {}): SecretValues {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** What a Secret in Flux's format allows. Throws `SourceSecretMissing` where it lacks what the address needs. */
export function accessOf(url: string, values: SecretValues, secret: string): GitAccess {
  if (transportOf(url) === 'ssh') {
    for (const key of ['identity', 'known_hosts'])
      if (!values[key]) throw errors.SourceSecretMissing({ secret, problem: `has no key ${key}, which ${url} needs` });
    return { identity: values.identity, knownHosts: values.known_hosts, ...(values.password ? { passphrase: values.password } : {}), secret };
  }
  const authority = values['ca.crt'] || values.caFile;
  return {
    ...(values.bearerToken ? { bearerToken: values.bearerToken } : {}),
    ...(values.username ? { username: values.username } : {}),
    ...(values.password ? { password: values.password } : {}),
    ...(authority ? { certificateAuthority: authority } : {}),
    ...(values['tls.crt'] ? { clientCertificate: values['tls.crt'] } : {}),
    ...(values['tls.key'] ? { clientKey: values['tls.key'] } : {}),
    secret,
  };
}

/** The proxy of a Secret with `address`, `username` and `password`. */
export function proxyOf(values: SecretValues, secret: string): string {
  if (!values.address) throw errors.SourceSecretMissing({ secret, problem: 'has no key address, which a proxy needs' });
  const proxy = new URL(values.address);
  if (values.username) proxy.username = encodeURIComponent(values.username);
  if (values.password) proxy.password = encodeURIComponent(values.password);
  return proxy.toString();
}

/** Everything in an access that must never be seen, in every form it travels in. */
export function secretsIn(access: GitAccess): string[] {
  const basic = Buffer.from(`${access.username ?? ''}:${access.password ?? ''}`).toString('base64');
  return [
    access.password,
    access.bearerToken,
    access.identity,
    access.passphrase,
    access.clientKey,
    access.password && basic,
    proxyPassword(access.proxy),
  ].filter((secret): secret is string => !!secret);
}

function proxyPassword(proxy: string | undefined): string | undefined {
  return proxy === undefined ? undefined : decodeURIComponent(new URL(proxy).password);
}
