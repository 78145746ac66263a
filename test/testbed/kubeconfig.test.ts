import { type Access, kubeconfig } from '../../src/testbed/kubeconfig';

const server = { url: 'https://127.0.0.1:6443', ca: 'PEM' };

test.each<[Access['identity'], object]>([
  [
    { certificate: 'CERT', key: 'KEY' },
    { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' },
  ],
  ['t0k3n', { token: 't0k3n' }],
])('the current context leads to the server, its authority and the identity %j', (identity, expected) => {
  const config = JSON.parse(kubeconfig({ ...server, identity }));
  const { context } = config.contexts.find((entry: { name: string }) => entry.name === config['current-context']);
  const { cluster } = config.clusters.find((entry: { name: string }) => entry.name === context.cluster);
  const { user } = config.users.find((entry: { name: string }) => entry.name === context.user);
  expect(cluster).toEqual({ server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'UEVN' });
  expect(user).toEqual(expected);
});
