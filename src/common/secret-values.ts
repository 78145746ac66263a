import { userInfo } from './user-info';

/** `data` of a Secret, decoded. */
export type SecretValues = Readonly<Record<string, string>>;

export function decodeSecret(data: Readonly<Record<string, string>> = {}): SecretValues {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** In PEM. */
export interface Certificates {
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** What a Secret has under `ca.crt`, `tls.crt`, `tls.key` or their older names; a certificate may lack its key, see `isHalf`. */
export function certificatesIn(values: SecretValues): Certificates {
  const certificateAuthority = values['ca.crt'] || values.caFile;
  const clientCertificate = values['tls.crt'] || values.certFile;
  const clientKey = values['tls.key'] || values.keyFile;
  return {
    ...(certificateAuthority && { certificateAuthority }),
    ...(clientCertificate && { clientCertificate }),
    ...(clientKey && { clientKey }),
  };
}

/** Whether a client certificate has no key, or a key no certificate. */
export function isHalf({ clientCertificate, clientKey }: Certificates): boolean {
  return !clientCertificate !== !clientKey;
}

/** The proxy of a Secret with `address`, `username` and `password`, as one address. Undefined where there is none. */
export function proxyIn({ address, username, password }: SecretValues): string | undefined {
  if (!address || !URL.canParse(address)) return undefined;
  const proxy = new URL(address);
  if (username) proxy.username = encodeURIComponent(username);
  if (password) proxy.password = encodeURIComponent(password);
  return proxy.toString();
}

/** What lets us in somewhere. */
export interface Secrets extends Certificates {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  readonly identityToken?: string;
  /** Private key of SSH. */
  readonly identity?: string;
  readonly passphrase?: string;
  /** Address with credentials. */
  readonly proxy?: string;
}

/** Everything in it that must never be seen, in every form it travels in. */
export function secretsIn({ username = '', password, proxy, ...rest }: Secrets): string[] {
  const basic = password && Buffer.from(`${username}:${password}`).toString('base64');
  const { bearerToken, identityToken, identity, passphrase, clientKey } = rest;
  const all = [password, basic, bearerToken, identityToken, identity, passphrase, clientKey, proxy && userInfo(new URL(proxy)).password];
  return all.filter((secret): secret is string => !!secret);
}
