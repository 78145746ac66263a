import { setTimeout as sleep } from 'node:timers/promises';
import { mayDo, serviceAccount } from '../../../src/agent/secrets/access-review';
import { idOf, type KubeObject } from '../../../src/model/object';
import { useBed } from '../../support/bed';
import { configMap, deployment, namespace, World } from './world';

const bed = useBed({ git: false, registry: false, kwok: false, scheduler: false, nodes: 0 });

let world: World;
beforeEach(() => {
  world = new World(bed().kubeconfig);
});
afterEach(() => world.close());

const never = new AbortController().signal;
const ids = (objects: readonly object[]) => objects.map((object) => idOf(object as KubeObject));
const secret = (inNamespace: string, name: string, password: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: inNamespace },
  stringData: { password },
});

/** Somebody else's server-side apply or update, as kubectl would not name it. */
const editAs = (manager: string, inNamespace: string, object: string, patch: object) =>
  bed().kubectl([`--namespace=${inNamespace}`, 'patch', object, `--field-manager=${manager}`, '--type=merge', `--patch=${JSON.stringify(patch)}`]);

test('deleted and edited objects are reported and brought back, within a second at the median', async () => {
  const objects = [namespace('drift'), deployment('drift', 'web'), configMap('drift', 'settings'), secret('drift', 'login', 'one')];
  await world.apply('drift', objects);
  const reports = world.drifts('drift', objects);
  type Change = { name: string; what: string; manager?: string; make: () => Promise<unknown> };
  const changes: Change[] = [
    { name: 'web', what: 'deleted', make: () => bed().kubectl(['--namespace=drift', 'delete', 'deployment', 'web']) },
    { name: 'settings', what: 'deleted', make: () => bed().kubectl(['--namespace=drift', 'delete', 'configmap', 'settings']) },
    {
      name: 'login',
      what: 'changed',
      manager: 'mallory',
      make: () => editAs('mallory', 'drift', 'secret/login', { stringData: { password: 'two' } }),
    },
    {
      name: 'settings',
      what: 'changed',
      manager: 'mallory',
      make: () => editAs('mallory', 'drift', 'configmap/settings', { data: { key: 'other' } }),
    },
    {
      name: 'web',
      what: 'foreign',
      manager: 'kubectl-label',
      make: () => bed().kubectl(['--namespace=drift', 'label', 'deployment', 'web', 'added=here']),
    },
    {
      name: 'login',
      what: 'changed',
      make: () => editAs('mallory', 'drift', 'secret/login', { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': null } } }),
    },
  ];
  const healed: number[] = [];
  for (const { name, what, manager, make } of changes) {
    await make();
    const from = performance.now();
    const drifted = await reports.next();
    expect(drifted).toEqual([{ id: expect.objectContaining({ name }), what, manager }]);
    expect(await world.apply('drift', objects)).toMatchObject({ [`${drifted[0].id.kind}/${name}`]: what === 'deleted' ? 'created' : 'configured' });
    healed.push(performance.now() - from);
  }
  const live = JSON.parse(
    await bed().kubectl(['--namespace=drift', 'get', 'deployment,configmap,secret', '--selector=kustomize.toolkit.fluxcd.io/name', '--output=json']),
  );
  expect(
    live.items.map(({ metadata, data }: { metadata: { name: string; labels: object }; data?: object }) => [metadata.name, metadata.labels, data]),
  ).toEqual([
    ['web', world.labelsOf('drift'), undefined],
    ['settings', world.labelsOf('drift'), { key: 'value' }],
    ['login', world.labelsOf('drift'), { password: Buffer.from('one').toString('base64') }],
  ]);
  console.info(`healed after ${healed.map(Math.round).join(', ')} ms, median ${Math.round(healed.sort((a, b) => a - b)[healed.length >> 1])} ms`);
});

test('status, scaling of replicas we do not set, restarts and our own writes are no drift', async () => {
  const objects = [namespace('calm'), deployment('calm', 'web', {}), configMap('calm', 'settings')];
  await world.apply('calm', objects);
  const reports = world.drifts('calm', objects);
  await bed().kubectl(['--namespace=calm', 'scale', 'deployment/web', '--replicas=0']);
  await bed().kubectl(['--namespace=calm', 'rollout', 'restart', 'deployment/web']);
  await bed().kubectl(['--namespace=calm', 'rollout', 'status', 'deployment/web', '--timeout=60s']);
  await world.apply('calm', [objects[0], deployment('calm', 'web', {}, 'registry.example/app:2'), configMap('calm', 'settings', { key: 'new' })]);
  // What comes after in the same watches shows that what came before made no report.
  await bed().kubectl(['--namespace=calm', 'delete', 'deployment/web', 'configmap/settings']);
  const drifted = [...(await reports.next())];
  while (drifted.length < 2) drifted.push(...(await reports.next()));
  expect(drifted.map(({ id, what }) => `${id.name} ${what}`).sort()).toEqual(['settings deleted', 'web deleted']);
});

test('a later process knows what an earlier one applied, whichever owner asks first', async () => {
  const first = [namespace('later-a'), configMap('later-a', 'settings'), deployment('later-a', 'web')];
  const second = [namespace('later-b'), configMap('later-b', 'settings'), deployment('later-b', 'web'), configMap('later-b', 'deleted')];
  await world.apply('later-a', first);
  await world.apply('later-b', second);
  await bed().kubectl(['--namespace=later-b', 'delete', 'configmap', 'deleted']);
  await bed().kubectl(['--namespace=later-b', 'annotate', 'deployment', 'web', 'kustomize.toolkit.fluxcd.io/reconcile=disabled']);
  const later = new World(bed().kubeconfig);
  try {
    const options = { timeoutMs: 60_000, signal: never };
    const reports = later.drifts('later-a', first);
    expect(await later.applied.healthy(ids(first), options)).toMatchObject({ healthy: true });
    // The watches of these kinds have shown all their objects by now.
    const secondReports = later.drifts('later-b', second);
    expect(await later.applied.healthy(ids(second.slice(0, 3)), options)).toMatchObject({ healthy: true });
    expect((await secondReports.next()).map(({ id, what }) => `${id.name} ${what}`)).toEqual(['deleted deleted']);
    expect(await later.apply('later-b', [deployment('later-b', 'web', { replicas: 3 })])).toEqual({ 'Deployment/web': 'skipped' });

    await editAs('mallory', 'later-a', 'configmap/settings', { data: { key: 'other' } });
    expect((await reports.next()).map(({ id, what }) => `${id.name} ${what}`)).toEqual(['settings changed']);
  } finally {
    later.close();
  }
});

test('nobody hears of objects that are forgotten', async () => {
  const objects = [namespace('forget'), configMap('forget', 'a'), configMap('forget', 'b')];
  await world.apply('forget', objects);
  const reports = world.drifts('forget', objects);
  world.applied.watchDrift(world.owner('forget'), ids([objects[2]]), (drifted) => reports.add(drifted));
  await bed().kubectl(['--namespace=forget', 'delete', 'configmap', 'a', 'b']);
  expect((await reports.next()).map(({ id }) => id.name)).toEqual(['b']);
});

test('objects are healthy when their controllers say so, without a request', async () => {
  const objects = [namespace('health'), deployment('health', 'idle'), configMap('health', 'settings')];
  await world.apply('health', objects);
  const { result, requests } = await world.sent(() => world.applied.healthy(ids(objects), { timeoutMs: 60_000, signal: never }));
  expect(result).toEqual({ healthy: true, timedOut: false, unhealthy: [] });
  expect(requests).toEqual([]);
});

test('a wait ends at its deadline with the reasons, at a failure, or when it is given up', async () => {
  const stuck = deployment('waits', 'stuck', { replicas: 1, progressDeadlineSeconds: 1 });
  const objects = [namespace('waits'), stuck, deployment('waits', 'slow', { replicas: 1 })];
  await world.apply('waits', objects);
  const late = await world.applied.healthy(ids([objects[2]]), { timeoutMs: 100, signal: never });
  expect(late).toMatchObject({ healthy: false, timedOut: true, unhealthy: [{ id: { name: 'slow' }, health: { status: 'InProgress' } }] });

  const failed = await world.applied.healthy(ids(objects), { timeoutMs: 60_000, signal: never });
  expect(failed.timedOut).toBe(false);
  expect(failed.unhealthy).toContainEqual({
    id: expect.objectContaining({ name: 'stuck' }),
    health: { status: 'Failed', message: 'Progress deadline exceeded' },
  });

  const given = new AbortController();
  const wait = world.applied.healthy(ids([objects[2]]), { timeoutMs: 60_000, signal: given.signal });
  given.abort(new Error('no longer wanted'));
  await expect(wait).rejects.toThrow('no longer wanted');
});

test('objects nobody applied are waited for by name, also before they exist', async () => {
  await world.apply('named', [namespace('named')]);
  const wait = world.applied.healthy(ids([configMap('named', 'theirs')]), { timeoutMs: 60_000, signal: never });
  await bed().kubectl(['--namespace=named', 'create', 'configmap', 'theirs']);
  expect(await wait).toMatchObject({ healthy: true });

  const gone = world.applied.gone(ids([configMap('named', 'theirs'), configMap('named', 'never-was')]), { timeoutMs: 60_000, signal: never });
  await bed().kubectl(['--namespace=named', 'delete', 'configmap', 'theirs']);
  expect(await gone).toMatchObject({ healthy: true });
});

test('prune deletes what is ours and leaves what is not, or asks to stay', async () => {
  const names = ['ours', 'relabelled', 'kept', 'paused'];
  const objects = [namespace('prune'), ...names.map((name) => configMap('prune', name))];
  await world.apply('prune', objects);
  await bed().kubectl(['--namespace=prune', 'label', '--overwrite', 'configmap', 'relabelled', 'kustomize.toolkit.fluxcd.io/name=other']);
  await bed().kubectl(['--namespace=prune', 'annotate', 'configmap', 'kept', 'kustomize.toolkit.fluxcd.io/prune=disabled']);
  await bed().kubectl(['--namespace=prune', 'label', 'configmap', 'paused', 'kustomize.toolkit.fluxcd.io/reconcile=disabled']);
  const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } };
  const request = { objects: ids([...objects.slice(1), configMap('prune', 'never-was'), system]), labels: world.labelsOf('prune') };

  const fresh = new World(bed().kubeconfig);
  try {
    const result = await fresh.applied.prune(request);
    expect(result.deleted.map(({ name }) => name).sort()).toEqual(['never-was', 'ours']);
    expect(Object.fromEntries(result.skipped.map(({ id, reason }) => [id.name, reason]))).toEqual({
      relabelled: 'its label kustomize.toolkit.fluxcd.io/name is other: it is no longer ours',
      kept: 'it says that it is not to be deleted',
      paused: 'it says that it is not to be deleted',
      'kube-system': 'this namespace is never deleted',
    });
    expect(result.failed).toEqual([]);
  } finally {
    fresh.close();
  }
});

test('what the watch proves to be ours is deleted with one request, and its end is no drift', async () => {
  const objects = [namespace('end'), configMap('end', 'a'), configMap('end', 'b')];
  await world.apply('end', objects);
  const reports = world.drifts('end', objects);
  const { result, requests } = await world.sent(() => world.applied.prune({ objects: ids([objects[1]]), labels: world.labelsOf('end') }));
  expect(result).toMatchObject({ deleted: [{ name: 'a' }], skipped: [], failed: [] });
  expect(requests).toEqual(['delete configmaps']);
  expect(await world.applied.gone(ids([objects[1]]), { timeoutMs: 60_000, signal: never })).toMatchObject({ healthy: true });
  await bed().kubectl(['--namespace=end', 'delete', 'configmap', 'b']);
  expect((await reports.next()).map(({ id }) => id.name)).toEqual(['b']);
});

test('who may only act in one namespace applies there, sees drift there, and is told what is not allowed', async () => {
  await world.apply('tenant', [
    namespace('tenant'),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace: 'tenant' } },
  ]);
  await bed().kubectl(['--namespace=tenant', 'create', 'rolebinding', 'deployer', '--clusterrole=edit', '--serviceaccount=tenant:deployer']);
  // A binding counts a moment after it was made.
  const deployer = serviceAccount('tenant', 'deployer');
  while (!(await mayDo(world.client, deployer, { verb: 'patch', resource: 'configmaps', namespace: 'tenant' }))) await sleep(20);
  const tenant = new World(bed().kubeconfig, 'system:serviceaccount:tenant:deployer');
  try {
    const objects = [configMap('tenant', 'settings')];
    expect(await tenant.apply('apps', objects)).toEqual({ 'ConfigMap/settings': 'created' });
    const { failed } = await tenant.applied.apply(tenant.request('elsewhere', [configMap('default', 'settings')]));
    expect(failed[0].error.message).toMatch(/^FL3102: ConfigMap\/default\/settings: not allowed: .*system:serviceaccount:tenant:deployer/);

    const reports = tenant.drifts('apps', objects);
    expect(await tenant.applied.healthy(ids(objects), { timeoutMs: 60_000, signal: never })).toMatchObject({ healthy: true });
    await bed().kubectl(['--namespace=tenant', 'delete', 'configmap', 'settings']);
    expect((await reports.next()).map(({ id, what }) => `${id.name} ${what}`)).toEqual(['settings deleted']);
  } finally {
    tenant.close();
  }
});

test('a Job is waited for until it has run to its end', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'jobs' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'once', image: 'registry.example/once:1' }] } } },
  };
  await world.apply('jobs', [namespace('jobs'), job]);
  const wait = world.applied.healthy(ids([job]), { timeoutMs: 60_000, signal: never });
  await bed().kubectl(['--namespace=jobs', 'wait', 'job/once', '--for=jsonpath={.status.startTime}', '--timeout=60s']);
  const ended = new Date().toISOString().replace(/\.\d+/, '');
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True', lastTransitionTime: ended }));
  const startTime = (await bed().kubectl(['--namespace=jobs', 'get', 'job/once', '--output=jsonpath={.status.startTime}'])).trim();
  const status = { startTime, completionTime: ended, succeeded: 1, active: 0, ready: 0, terminating: 0, uncountedTerminatedPods: null, conditions };
  await bed().kubectl(['--namespace=jobs', 'patch', 'job/once', '--subresource=status', '--type=merge', `--patch=${JSON.stringify({ status })}`]);
  expect(await wait).toEqual({ healthy: true, timedOut: false, unhealthy: [] });
});
