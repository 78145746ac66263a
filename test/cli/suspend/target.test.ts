import { findSuspended, findTarget } from '../../../src/cli/suspend/target';
import { BINDING } from '../../../src/model/cluster-binding';
import { kinds } from '../../../src/model/kinds';
import { apiVersionOf, type KubeObject, nameOf } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';

const AGENT = { agentNamespace: 'flux-system' };

function object(of: { group: string; version: string; kind: string }, namespace: string, name: string, more: object = {}): KubeObject {
  return { apiVersion: apiVersionOf(of), kind: of.kind, metadata: { namespace, name }, ...more };
}

async function cluster(): Promise<MemoryClient> {
  const client = new MemoryClient();
  const layer = (name: string, folder: string) =>
    object(kinds.Kustomization, 'flux-system', name, { spec: { path: `./dist/gke/${folder}`, sourceRef: { kind: 'GitRepository', name: 'x' } } });
  const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const objects = [
    object({ group: '', version: 'v1', kind: 'ConfigMap' }, 'flux-system', BINDING, { data: { cluster: 'gke', uid: '1' } }),
    layer('gke', '_sync'),
    layer('dev', 'dev'),
    object(kinds.HelmRelease, 'dev', 'podinfo'),
    object(kinds.HelmRelease, 'stg', 'podinfo'),
    object(kinds.HelmRelease, 'dev', 'db'),
    object(deployment, 'dev', 'web'),
    object(deployment, 'stg', 'api'),
    object(deployment, 'dev', 'api'),
    object(deployment, 'dev', 'my.app'),
  ];
  for (const one of objects) await client.create(one);
  return client;
}

test.each([
  ['gke', undefined, 'Cluster/gke'],
  ['dev', undefined, 'Kustomization/flux-system/dev'],
  ['gke/dev', undefined, 'Kustomization/flux-system/dev'],
  ['db', undefined, 'HelmRelease/dev/db'],
  ['podinfo', 'stg', 'HelmRelease/stg/podinfo'],
  ['hr/podinfo', 'dev', 'HelmRelease/dev/podinfo'],
  ['deployment/web', undefined, 'Deployment/dev/web'],
  ['deploy/api.stg', undefined, 'Deployment/stg/api'],
  ['Deployments/api', 'dev', 'Deployment/dev/api'],
  ['deploy/my.app', undefined, 'Deployment/dev/my.app'],
])('%s in namespace %s is %s', async (text, namespace, expected) => {
  expect(nameOf(await findTarget(await cluster(), text, { ...AGENT, namespace }))).toBe(expected);
});

test.each([
  ['podinfo', 'HelmRelease/dev/podinfo, HelmRelease/stg/podinfo'],
  ['deploy/api', 'Deployment/dev/api, Deployment/stg/api'],
])('%s may be several', async (text, expected) => {
  await expect(findTarget(await cluster(), text, AGENT)).rejects.toMatchObject({ remedy: expect.stringContaining(expected.split(', ')[1]!) });
});

test.each(['nothing', 'deploy/nothing', 'nothing/at/all'])('%s is nothing', async (text) => {
  await expect(findTarget(await cluster(), text, AGENT)).rejects.toMatchObject({ name: 'FairleadError' });
});

test.each([
  ['podinf', undefined, 'did you mean podinfo?'],
  ['dve', undefined, 'did you mean dev?'],
  ['dv', 'dev', 'did you mean db or dev?'],
  ['something-else', undefined, 'environments and releases: gke, dev, db, podinfo; or give kind/name'],
])('%s in namespace %s is told what is alike', async (text, namespace, known) => {
  await expect(findTarget(await cluster(), text, { ...AGENT, namespace })).rejects.toMatchObject({ code: 'FL7562', remedy: known });
});

test('what is suspended is found though it is gone', () => {
  const suspensions = ['dev', 'stg'].map((namespace) => ({
    of: { kind: 'Deployment', namespace, name: 'gone' },
    by: '',
    since: '',
    until: '',
    reason: '',
  }));
  expect(findSuspended(suspensions, 'deploy/gone', { namespace: 'dev' })).toEqual(suspensions[0]!.of);
  expect(findSuspended(suspensions, 'deployment/gone.stg', {})).toEqual(suspensions[1]!.of);
  expect(findSuspended(suspensions, 'deployment/other', {})).toBeUndefined();
  expect(() => findSuspended(suspensions, 'gone', {})).toThrow('FL75');
});
