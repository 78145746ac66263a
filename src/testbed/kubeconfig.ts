import type { CertifiedKey } from './certificates';

/** How to reach an API server, and as whom. */
export interface Access {
  readonly url: string;
  /** PEM of the certificate authority of the server. */
  readonly ca: string;
  /** A client certificate, or a bearer token. */
  readonly identity: CertifiedKey | string;
}

/** Text of a kubeconfig with everything embedded. JSON, which is YAML. */
export function kubeconfig(access: Access): string {
  const name = 'fairlead-testbed';
  const { identity } = access;
  const user =
    typeof identity === 'string'
      ? { token: identity }
      : { 'client-certificate-data': base64(identity.certificate), 'client-key-data': base64(identity.key) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: access.url, 'certificate-authority-data': base64(access.ca) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
