import { errors } from '../../common/errors';
import { certificatesIn, isHalf, proxyIn, type SecretValues } from '../../common/secret-values';
import type { GitAccess } from '../../git/access';
import { publicUrl, transportOf } from '../../git/url';

/**
 * What a Secret in Flux's format allows. Throws `SourceSecretMissing` where it lacks what the address needs.
 * @param hosts lines of `known_hosts` for this address, where the Secret has none
 */
export function accessOf(url: string, values: SecretValues, secret: string, hosts?: string): GitAccess {
  if (transportOf(url) === 'ssh') {
    const { identity } = values;
    const knownHosts = values.known_hosts || hosts;
    if (!identity) throw errors.SourceSecretMissing({ secret, problem: `has no key identity, which ${publicUrl(url)} needs` });
    if (!knownHosts) throw errors.GitHostUnknown({ secret, host: new URL(url).hostname });
    return { identity, knownHosts, ...(values.password ? { passphrase: values.password } : {}), secret };
  }
  const certificates = certificatesIn(values);
  if (isHalf(certificates)) throw errors.SourceSecretMissing({ secret, problem: 'has only one of tls.crt and tls.key' });
  return {
    ...(values.bearerToken ? { bearerToken: values.bearerToken } : {}),
    ...(values.username ? { username: values.username } : {}),
    ...(values.password ? { password: values.password } : {}),
    ...certificates,
    secret,
  };
}

/** The proxy of a Secret with `address`, `username` and `password`. Throws `SourceSecretMissing`. */
export function proxyOf(values: SecretValues, secret: string): string {
  const proxy = proxyIn(values);
  if (proxy === undefined) throw errors.SourceSecretMissing({ secret, problem: 'has no key address that is one' });
  return proxy;
}
