import { setTimeout as sleep } from 'node:timers/promises';
import { mayDo, serviceAccount } from '../../../../src/agent/secrets/access-review';
import { ProxyPeers } from '../../../../src/agent/secrets/http/proxy-peers';
import { errors } from '../../../../src/common/errors';
import { RawKubeClient } from '../../../../src/kube/client';
import { readKubeconfig } from '../../../../src/kube/kubeconfig';
import type { SealingKey } from '../../../../src/seal/sealing-key';
import { useBed } from '../../../support/bed';
import { manifest, PLAINTEXT, SealedApi, sealed, sealingKey } from './http-world';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
const RBAC = 'rbac.authorization.k8s.io/v1';

let client: RawKubeClient;
let api: SealedApi;
let key: SealingKey;
const tokens: string[] = [];

beforeAll(async () => {
  const guard = () => {
    throw errors.LeaseLost({ lease: 'any' });
  };
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  const guarded = RawKubeClient.connect(readKubeconfig(bed().kubeconfig), { guard });
  key = await sealingKey('only');
  api = await new SealedApi({ keys: [key], client: guarded, leading: false }).start();
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev' } });
  for (const name of ['ops', 'guest']) await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'dev' } });
  const rules = [{ apiGroups: ['bitnami.com'], resources: ['sealedsecrets'], resourceNames: ['db'], verbs: ['update'] }];
  await client.create({ apiVersion: RBAC, kind: 'Role', metadata: { name: 'sealer', namespace: 'dev' }, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'sealer' };
  const subjects = [{ kind: 'ServiceAccount', name: 'ops', namespace: 'dev' }];
  const access = { verb: 'update', group: 'bitnami.com', resource: 'sealedsecrets', namespace: 'dev', name: 'db' };
  await client.create({ apiVersion: RBAC, kind: 'RoleBinding', metadata: { name: 'sealer', namespace: 'dev' }, roleRef, subjects });
  // A binding counts a moment after it was made.
  while (!(await mayDo(client, serviceAccount('dev', 'ops'), access))) await sleep(20);
});
afterAll(async () => {
  await api?.close();
  client?.close();
});

async function tokenOf(serviceAccount: string): Promise<string> {
  const token = (await bed().kubectl(['create', 'token', serviceAccount, '--namespace=dev'])).trim();
  tokens.push(token);
  return token;
}

const rotate = (token: string, options: { readonly namespace?: string; readonly name?: string } = {}) =>
  api.post('/v1/rotate', JSON.stringify(manifest(sealed(key, { password: PLAINTEXT }, options), options)), { authorization: `Bearer ${token}` });

test('the API server says whose a token is and what they may, to an agent that holds no lease too', async () => {
  const ops = await tokenOf('ops');
  expect((await rotate(ops)).status).toBe(200);
  for (const elsewhere of [{ name: 'other' }, { namespace: 'default' }]) {
    expect(await rotate(ops, elsewhere)).toMatchObject({
      status: 403,
      text: expect.stringContaining('system:serviceaccount:dev:ops may not update'),
    });
  }
  expect((await rotate(await tokenOf('guest'))).status).toBe(403);
});

test('a token of nobody, and one of somebody who is gone, are refused', async () => {
  const forged = (await tokenOf('ops')).replace(/\.[^.]*$/, '.AAAA');
  expect((await rotate(forged)).status).toBe(401);
  await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'leaver', namespace: 'dev' } });
  const token = await tokenOf('leaver');
  await client.delete({ group: '', version: 'v1', kind: 'ServiceAccount', namespace: 'dev', name: 'leaver' });
  // The API server knows a token for some seconds yet where it was asked before it noticed.
  while ((await rotate(token)).status !== 401) await sleep(1000);
});

test("the API server's own addresses are those of its EndpointSlice, and of no other that says to be of its Service", async () => {
  const slice = (name: string, address: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
  });
  const peers = () => new ProxyPeers(client, ['198.51.100.0/24']);
  expect(await peers().has('192.0.2.1')).toBe(false);
  for (const one of [slice('kubernetes', '192.0.2.1'), slice('kubernetes-mine', '192.0.2.2')]) await client.create(one);
  expect(await Promise.all(['192.0.2.1', '192.0.2.2', '198.51.100.9'].map((address) => peers().has(address)))).toEqual([true, false, true]);
});

test('nobody is told a token or a plaintext', async () => {
  const said = `${api.said.join('\n')}${await api.metrics.text()}`;
  expect(tokens.length).toBeGreaterThan(3);
  expect([PLAINTEXT, ...tokens].filter((secret) => said.includes(secret))).toEqual([]);
});
