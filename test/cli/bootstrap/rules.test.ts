import { AgentPods } from '../../../src/cli/bootstrap/agent-pods';
import { refuseOld } from '../../../src/cli/bootstrap/live-cluster';
import { othersAmong } from '../../../src/cli/bootstrap/other-agents';
import { notReady } from '../../../src/cli/bootstrap/wait-ready';
import { LiveObjects } from '../../../src/cli/live/world';
import { kinds } from '../../../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';

function deployment(name: string, namespace: string, more: { labels?: object; image?: string; replicas?: number } = {}): KubeObject {
  const { labels = {}, image = 'nginx', replicas } = more;
  const spec = { ...(replicas === undefined ? {} : { replicas }), template: { spec: { containers: [{ image }] } } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } as KubeObject['metadata'], spec };
}

const AGENT = { 'app.kubernetes.io/name': 'fairlead-agent' };
const FLUX = { 'app.kubernetes.io/part-of': 'flux' };

test.each<[string, KubeObject, boolean]>([
  ["Flux's controller by its label", deployment('helm-controller', 'flux-system', { labels: FLUX }), true],
  ["Flux's controller by its image", deployment('source-controller', 'gitops', { image: 'ghcr.io/fluxcd/source-controller:v1.6.0' }), true],
  ["one of Flux's that was scaled to 0", deployment('helm-controller', 'flux-system', { labels: FLUX, replicas: 0 }), false],
  ["Flux's notifications", deployment('notification-controller', 'flux-system', { labels: FLUX }), false],
  ['something else of that name', deployment('source-controller', 'shop'), false],
  ['another agent', deployment('fairlead-agent', 'gitops', { labels: AGENT }), true],
  ['our own', deployment('fairlead-agent', 'flux-system', { labels: AGENT }), false],
])('%s', (_, object, expected) => {
  expect(othersAmong([object], { namespace: 'flux-system', name: 'fairlead-agent' })).toEqual(expected ? [object] : []);
});

test('a Kubernetes that is too old is refused', () => {
  for (const version of ['v1.28.0', 'v1.36.3', 'v2.0.0', '1.30+']) expect(() => refuseOld(version)).not.toThrow();
  for (const version of ['v1.27.16', 'v0.9.0']) expect(() => refuseOld(version)).toThrow('FL7510');
});

function kustomization(name: string, ready: 'True' | 'False', revision = 'main@sha1:new'): KubeObject {
  const conditions = [{ type: 'Ready', status: ready, reason: 'X', message: 'it is broken' }];
  return {
    apiVersion: apiVersionOf(kinds.Kustomization),
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system', generation: 1 },
    spec: { path: `./dist/gke/${name}`, sourceRef: { kind: 'GitRepository', name: 'x' } },
    status: { observedGeneration: 1, conditions, lastAppliedRevision: revision },
  };
}

test.each<[string, KubeObject[], string | undefined]>([
  ['nothing is there', [], 'Kustomization/flux-system/gke is not there yet'],
  ['the root is not Ready', [kustomization('gke', 'False')], 'Kustomization/flux-system/gke it is broken'],
  ['a layer is not there', [kustomization('gke', 'True')], 'Kustomization/flux-system/dev is not there yet'],
  ['a layer is not Ready', [kustomization('gke', 'True'), kustomization('dev', 'False')], 'Kustomization/flux-system/dev it is broken'],
  [
    'a layer is behind',
    [kustomization('gke', 'True'), kustomization('dev', 'True', 'main@sha1:old')],
    'Kustomization/flux-system/dev is still at main@sha1:old',
  ],
  ['all is Ready', [kustomization('gke', 'True'), kustomization('dev', 'True')], undefined],
])('%s', (_, objects, expected) => {
  const world = { now: new Date(), agentNamespace: 'flux-system', objects: new LiveObjects(objects), suspensions: [], unread: new Map() };
  const wanted = {
    agentNamespace: 'flux-system',
    root: 'gke',
    layers: ['gke', 'dev'],
    isCurrent: (revision?: string) => revision === 'main@sha1:new',
  };
  expect(notReady(world, wanted)?.says).toBe(expected);
});

test('an image that cannot be pulled is given a while, one Pod of several is none, and what passes is forgotten', async () => {
  const client = new MemoryClient();
  const pod = (name: string, status: object): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'flux-system' }, status });
  const waiting = { name: 'agent', image: 'agent:1', state: { waiting: { reason: 'ImagePullBackOff', message: 'manifest unknown' } } };
  const bad = pod('bad', { phase: 'Pending', containerStatuses: [waiting] });
  let now = 0;
  const pods = new AgentPods(client, 'flux-system', '', () => now);
  expect(await pods.trouble()).toBeUndefined();
  await client.create(bad);
  expect(await pods.trouble()).toBe('container agent cannot pull agent:1: there is none of that name and tag');
  await client.create(pod('good', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }));
  now = 30_000;
  expect(await pods.trouble()).toBeUndefined();
  await client.delete({ group: '', version: 'v1', kind: 'Pod', namespace: 'flux-system', name: 'good' });
  expect(await pods.trouble()).toMatch('cannot pull');
  now = 60_000;
  await expect(pods.trouble()).rejects.toMatchObject({ code: 'FL7508', remedy: 'push that image, or set another version' });
});

test('an agent whose Pods are refused is told as what it is', async () => {
  const client = new MemoryClient();
  const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: pods' }];
  await client.create({ ...deployment('fairlead-agent', 'flux-system', { labels: AGENT }), status: { conditions } });
  let now = 0;
  const pods = new AgentPods(client, 'flux-system', 'app.kubernetes.io/name=fairlead-agent', () => now);
  expect(await pods.trouble()).toBe('the agent gets no Pods: exceeded quota: pods');
  now = 30_000;
  await expect(pods.trouble()).rejects.toMatchObject({ code: 'FL7508', message: expect.stringContaining('exceeded quota') });
});
