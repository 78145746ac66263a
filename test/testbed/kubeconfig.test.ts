import { kubeconfig } from '../../src/testbed/kubeconfig';

test('the current context leads to the server, its authority and the token', () => {
  const config = JSON.parse(kubeconfig({ url: 'https://127.0.0.1:6443', ca: 'PEM', token: 't0k3n', user: 'admin' }));
  const { context } = config.contexts.find((entry: { name: string }) => entry.name === config['current-context']);
  const { cluster } = config.clusters.find((entry: { name: string }) => entry.name === context.cluster);
  const { user } = config.users.find((entry: { name: string }) => entry.name === context.user);
  expect(cluster).toEqual({ server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'UEVN' });
  expect(user).toEqual({ token: 't0k3n' });
});
