/** How to reach an API server, and as whom. */
export interface Access {
  readonly url: string;
  /** PEM of the certificate authority of the server. */
  readonly ca: string;
  readonly token: string;
  readonly user: string;
}

/** Text of a kubeconfig with everything embedded. JSON, which is YAML. */
export function kubeconfig(access: Access): string {
  const name = 'fairlead-testbed';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: access.url, 'certificate-authority-data': Buffer.from(access.ca).toString('base64') } }],
    users: [{ name: access.user, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: access.user } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
