import { annotations, labels } from '../../../src/model/labels';
import { idOf } from '../../../src/model/object';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { conditionOf, configMap, configMapId, KustomizeWorld, namespace, namespaceId, readyOf } from './kustomize-world';

let world: KustomizeWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.stop());
const bed = useBed({ git: false, registry: false, scheduler: false, kwok: false });

beforeAll(async () => {
  world = await KustomizeWorld.start(bed());
}, BUILD_TIMEOUT_MS);

const entries = (found: { status?: { inventory?: { entries: readonly { id: string }[] } } }) => found.status?.inventory?.entries.map(({ id }) => id);

describe('a folder of plain YAML', () => {
  test('is applied with an inventory, labels and a history, in as few requests as objects and two status writes', async () => {
    const name = world.unique();
    const sent = await world.sent(async () => {
      await world.repository(name, {
        'ns.yaml': namespace(name),
        'a.yaml': configMap(name, 'a'),
        'deep/b.yaml': `${configMap(name, 'b')}---\n${configMap(name, 'c')}`,
        'README.md': 'not yaml',
      });
      await world.fetched(name);
      await world.kustomization(name);
      await world.ready(name);
    });
    const found = await world.ready(name);
    expect(readyOf(found)).toMatchObject({
      reason: 'ReconciliationSucceeded',
      message: expect.stringMatching(/^Applied revision: main@sha1:[0-9a-f]{40}$/),
    });
    expect(found.status?.observedGeneration).toBe(found.metadata.generation);
    expect(entries(found)).toEqual([`_${name}__Namespace`, `${name}_a__ConfigMap`, `${name}_b__ConfigMap`, `${name}_c__ConfigMap`]);
    expect(found.status?.history).toMatchObject([{ lastReconciledStatus: 'ReconciliationSucceeded', totalReconciliations: 1 }]);
    const live = await world.client.get(configMapId(name, 'b'));
    expect(live?.metadata.labels).toEqual({ [labels.kustomizeName]: name, [labels.kustomizeNamespace]: 'flux-system' });
    expect(live?.metadata.managedFields).toMatchObject([{ manager: 'kustomize-controller', operation: 'Apply' }]);
    expect(sent).toMatchObject({ 'apply configmaps': 3, 'apply namespaces': 1 });
    expect(sent['patch kustomizations.kustomize.toolkit.fluxcd.io']).toBe(1);
    expect(sent['patch kustomizations.kustomize.toolkit.fluxcd.io/status']).toBe(2);
  });

  test('a commit elsewhere moves the revision with one status write and touches no object', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'app/ns.yaml': namespace(name), 'app/a.yaml': configMap(name, 'a') });
    await world.kustomization(name, { path: './app' });
    await world.ready(name);
    const sent = await world.sent(async () => world.ready(name, await world.push(author, name, { 'other/x.yaml': 'x' })));
    expect(sent).toEqual({
      'patch gitrepositories.source.toolkit.fluxcd.io/status': 1,
      'patch kustomizations.kustomize.toolkit.fluxcd.io/status': 1,
    });
  });

  test('what leaves the source is deleted, what changes is applied alone', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'b.yaml': configMap(name, 'b') });
    await world.kustomization(name);
    await world.ready(name);
    const sent = await world.sent(async () =>
      world.ready(name, await world.push(author, name, { 'a.yaml': null, 'b.yaml': configMap(name, 'b', 'new') })),
    );
    expect(sent).toMatchObject({ 'apply configmaps': 1, 'delete configmaps': 1 });
    expect(await world.client.get(configMapId(name, 'a'))).toBeUndefined();
    expect(await world.client.get(configMapId(name, 'b'))).toMatchObject({ data: { key: 'new' } });
  });

  test('a changed or deleted object is put back, without a word in the status', async () => {
    const name = world.unique();
    await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'b.yaml': configMap(name, 'b') });
    await world.kustomization(name);
    const before = await world.ready(name);
    await world.client.patch(configMapId(name, 'a'), 'merge', { data: { key: 'edited', more: 'kept' } });
    await world.untilObject(configMapId(name, 'a'), (found) => (found?.data as { key: string })?.key === 'a', 'put back');
    expect(await world.client.get(configMapId(name, 'a'))).toMatchObject({ data: { key: 'a', more: 'kept' } });
    const old = await world.client.get(configMapId(name, 'b'));
    await world.client.delete(configMapId(name, 'b'));
    await world.untilObject(configMapId(name, 'b'), (found) => found !== undefined && found.metadata.uid !== old?.metadata.uid, 'created again');
    expect((await world.ready(name)).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });
});

describe('a broken document', () => {
  const parts = (name: string) => ({ 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'b.yaml': configMap(name, 'b') });

  test.each([
    ['a syntax error', 'BuildFailed', 'kind: [', 'a.yaml'],
    ['an unknown kind', 'ReconciliationFailed', 'apiVersion: example.com/v1\nkind: Nonsense\nmetadata:\n  name: x\n', 'Nonsense'],
    ['a refusal', 'ReconciliationFailed', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_A_Name\n  namespace: default\n', 'Not_A_Name'],
  ])('%s is named, the rest is applied and nothing is deleted', async (_what, reason, broken, named) => {
    const name = world.unique();
    const author = await world.repository(name, parts(name));
    await world.kustomization(name);
    await world.ready(name);
    await world.push(author, name, { 'a.yaml': broken, 'b.yaml': null, 'c.yaml': configMap(name, 'c') });
    const failed = await world.notReady(name, reason);
    expect(readyOf(failed)?.message).toContain(named);
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
    expect(await world.client.get(configMapId(name, 'b'))).toBeDefined();
    expect(await world.client.get(configMapId(name, 'c'))).toBeDefined();
    expect(entries(failed)).toEqual(expect.arrayContaining([`${name}_a__ConfigMap`, `${name}_b__ConfigMap`, `${name}_c__ConfigMap`]));

    await world.ready(name, await world.push(author, name, { 'a.yaml': configMap(name, 'a') }));
    await world.gone(configMapId(name, 'b'));
  });

  test('a path that is not there deletes nothing', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'app/ns.yaml': namespace(name), 'app/a.yaml': configMap(name, 'a') });
    await world.kustomization(name, { path: './app' });
    await world.ready(name);
    await world.push(author, name, { app: null, 'other.yaml': 'x: y' });
    expect(readyOf(await world.notReady(name, 'ArtifactFailed'))?.message).toContain('FL1002');
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
  });
});

describe('the deletion budget', () => {
  test('holds a deletion back with its plan until exactly that is confirmed, once', async () => {
    const name = world.unique();
    const files = { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'b.yaml': configMap(name, 'b'), 'c.yaml': configMap(name, 'c') };
    const author = await world.repository(name, files);
    await world.kustomization(name, {}, { [annotations.deletionBudget]: '1' });
    await world.ready(name);
    const revision = await world.push(author, name, { 'a.yaml': null, 'b.yaml': null });
    const refused = await world.until(name, (found) => conditionOf(found, 'fairlead.dev/DeletionPlan')?.status === 'True', 'refused');
    const plan = conditionOf(await world.ready(name, revision), 'fairlead.dev/DeletionPlan');
    expect(plan).toMatchObject({ reason: 'PruneRefused', message: expect.stringContaining(`ConfigMap/${name}/a`) });
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
    expect(entries(refused)).toContain(`${name}_a__ConfigMap`);

    const told = async () =>
      (await world.client.list({ group: '', version: 'v1', kind: 'Event' }, { namespace: 'flux-system' })).some(
        (event) => event.reason === 'PruneRefused' && (event.involvedObject as { name: string }).name === name,
      );
    while (!(await told())) await new Promise(setImmediate);

    const [, digest] = /confirm-deletion=([0-9a-f]+)/.exec(plan?.message ?? '') ?? [];
    await bed().kubectl(['annotate', `kustomization/${name}`, '-n', 'flux-system', `${annotations.confirmDeletion}=${digest}`]);
    await world.gone(configMapId(name, 'a'));
    await world.gone(configMapId(name, 'b'));
    const after = await world.until(
      name,
      (found) =>
        conditionOf(found, 'fairlead.dev/DeletionPlan') === undefined && found.metadata.annotations?.[annotations.confirmDeletion] === undefined,
      'done',
    );
    expect(entries(after)).toEqual([`_${name}__Namespace`, `${name}_c__ConfigMap`]);
  });

  test('a source that holds no object any more deletes nothing unasked', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a') });
    await world.kustomization(name);
    await world.ready(name);
    await world.push(author, name, { 'ns.yaml': null, 'a.yaml': null, README: '' });
    const found = await world.until(name, (it) => conditionOf(it, 'fairlead.dev/DeletionPlan')?.status === 'True', 'refused');
    expect(conditionOf(found, 'fairlead.dev/DeletionPlan')?.message).toContain('holds no object any more');
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
  });

  test('a rewritten branch applies, but deletes nothing unasked', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a') });
    await world.kustomization(name);
    await world.ready(name);
    author.inWork('checkout', '--quiet', '--orphan', 'anew');
    const revision = await world.push(author, name, { 'a.yaml': null, 'b.yaml': configMap(name, 'b') });
    const found = await world.ready(name, revision);
    const plan = conditionOf(found, 'fairlead.dev/DeletionPlan')?.message ?? '';
    expect(plan).toContain('does not descend from');
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();
    expect(await world.client.get(configMapId(name, 'b'))).toBeDefined();

    const next = await world.push(author, name, { 'c.yaml': configMap(name, 'c') });
    expect(conditionOf(await world.ready(name, next), 'fairlead.dev/DeletionPlan')?.message).toBe(plan);
    expect(await world.client.get(configMapId(name, 'a'))).toBeDefined();

    const [, digest] = /confirm-deletion=(\S+)/.exec(plan) ?? [];
    await world.client.patch(world.id(name), 'merge', { metadata: { annotations: { [annotations.confirmDeletion]: digest } } });
    await world.gone(configMapId(name, 'a'));
    await world.until(name, (it) => conditionOf(it, 'fairlead.dev/DeletionPlan') === undefined, 'carried out');
  });

  test('counts what a removed Kustomization would take along', async () => {
    const [parent, child] = [world.unique(), world.unique()];
    const author = await world.repository(parent, {
      'parent/child.yaml': JSON.stringify(world.kustomizationObject(child, { path: './child', sourceRef: { kind: 'GitRepository', name: parent } })),
      'parent/keep.yaml': configMap('default', parent),
      'child/ns.yaml': namespace(child),
      'child/a.yaml': configMap(child, 'a'),
      'child/b.yaml': configMap(child, 'b'),
    });
    await world.kustomization(parent, { path: './parent' }, { [annotations.deletionBudget]: '3' });
    await world.ready(parent);
    await world.ready(child);
    await world.push(author, parent, { 'parent/child.yaml': null });
    const refused = await world.until(parent, (it) => conditionOf(it, 'fairlead.dev/DeletionPlan')?.status === 'True', 'refused');
    const message = conditionOf(refused, 'fairlead.dev/DeletionPlan')?.message ?? '';
    expect(message).toContain('deletes 4 objects, 3 allowed');
    expect(message).toContain(`everything inside goes with: Namespace/${child}`);
    expect(message).toContain(`ConfigMap/${child}/b`);

    const [, digest] = /confirm-deletion=([0-9a-f]+)/.exec(message) ?? [];
    await bed().kubectl(['annotate', `kustomization/${parent}`, '-n', 'flux-system', `${annotations.confirmDeletion}=${digest}`]);
    await world.gone(world.id(child));
    await world.gone(namespaceId(child));
  });
});

test('a Kustomization that is deleted takes along what it applied, in reverse order', async () => {
  const name = world.unique();
  await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a'), 'kube-system.yaml': namespace('kube-system') });
  await world.kustomization(name);
  await world.ready(name);
  await world.client.delete(world.id(name));
  await world.gone(world.id(name));
  await world.gone(namespaceId(name));
  expect(await world.client.get(namespaceId('kube-system'))).not.toHaveProperty('metadata.deletionTimestamp');
});

test.each([
  ['Orphan', { deletionPolicy: 'Orphan' }],
  ['MirrorPrune without prune', { prune: false }],
] as const)('one that is deleted with %s leaves its objects', async (_policy, spec) => {
  const name = world.unique();
  await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a') });
  await world.kustomization(name, spec);
  await world.ready(name);
  await world.client.delete(world.id(name));
  await world.gone(world.id(name));
  expect(await world.client.get(configMapId(name, 'a'))).not.toHaveProperty('metadata.deletionTimestamp');
});

test('one that applies itself is never deleted by itself, nor is its source', async () => {
  const name = world.unique();
  const self = world.kustomizationObject(name);
  const author = await world.repository(name, { 'ns.yaml': namespace(name), 'self.yaml': JSON.stringify(self) });
  await world.kustomization(name);
  await world.ready(name);
  const after = await world.ready(name, await world.push(author, name, { 'self.yaml': null }));
  expect(after.metadata.deletionTimestamp).toBeUndefined();
  expect(entries(after)).toEqual([`_${name}__Namespace`]);
});

describe('dependencies', () => {
  test('are waited for by event, and only when there is something to do', async () => {
    const [first, second] = [world.unique(), world.unique()];
    const source = { sourceRef: { kind: 'GitRepository', name: first } };
    const author = await world.repository(first, {
      'one/ns.yaml': namespace(first),
      'one/a.yaml': configMap(first, 'a'),
      'two/b.yaml': configMap(first, 'b'),
    });
    await world.kustomization(second, { ...source, path: './two', dependsOn: [{ name: first }] });
    const waiting = await world.notReady(second, 'DependencyNotReady');
    expect(readyOf(waiting)?.message).toContain(`Kustomization/flux-system/${first}`);
    await world.kustomization(first, { path: './one' });
    await world.ready(second);

    await world.push(author, first, { 'one/a.yaml': 'kind: [' });
    await world.notReady(first, 'BuildFailed');
    expect(readyOf(await world.ready(second))?.status).toBe('True');
    const revision = await world.push(author, first, { 'two/b.yaml': configMap(first, 'b', 'new') });
    await world.notReady(second, 'DependencyNotReady');
    expect(await world.client.get(configMapId(first, 'b'))).toMatchObject({ data: { key: 'a' } });
    expect(revision).not.toBe((await world.until(second, () => true)).status?.lastAppliedRevision);
    await world.ready(second, await world.push(author, first, { 'one/a.yaml': configMap(first, 'a') }));
    expect(await world.client.get(configMapId(first, 'b'))).toMatchObject({ data: { key: 'new' } });
  });
});

describe('health', () => {
  const job = (inNamespace: string, more: object = {}) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app', namespace: inNamespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'app' } },
        template: { metadata: { labels: { app: 'app' } }, spec: { containers: [{ name: 'app', image: 'example/app' }] } },
        ...more,
      },
    });

  test('with wait, Ready comes when all is', async () => {
    const name = world.unique();
    await world.repository(name, { 'ns.yaml': namespace(name), 'app.yaml': job(name) });
    await world.kustomization(name, { wait: true });
    expect(conditionOf(await world.ready(name), 'Healthy')).toMatchObject({ status: 'True', reason: 'Succeeded' });
  });

  test('what does not get healthy is named, and nothing holds up others', async () => {
    const name = world.unique();
    const author = await world.repository(name, { 'ns.yaml': namespace(name), 'app.yaml': job(name, { replicas: 1 }) });
    await world.kustomization(name, { healthChecks: [{ kind: 'Deployment', name: 'app', namespace: name }] });
    const waiting = await world.until(name, (found) => conditionOf(found, 'Healthy')?.status === 'Unknown', 'checking');
    expect(readyOf(waiting)).toMatchObject({ status: 'Unknown', reason: 'Progressing' });
    expect(conditionOf(waiting, 'Healthy')?.message).toMatch(/^Running health checks for revision main@sha1:\w+ with a timeout of 59m30s$/);
    await world.ready(name, await world.push(author, name, { 'app.yaml': job(name) }));
  });

  test('what gets healthy after its check failed is noticed at once, long before the next try', async () => {
    const name = world.unique();
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app', namespace: name }, spec: { containers: [{ name: 'app', image: 'a/b' }] } };
    await world.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await world.untilObject({ group: '', version: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }, (found) => found !== undefined);
    await world.repository(name, { 'app.yaml': JSON.stringify(pod) });
    await world.kustomization(name, { wait: true, retryInterval: '1h' });
    const becomes = (status: object) => world.client.patch(idOf(pod), 'merge', { status }, { subresource: 'status' });
    await world.untilObject(idOf(pod), (found) => found !== undefined);
    const crashing = { name: 'app', image: 'a/b', imageID: '', ready: false, restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } };
    await becomes({ phase: 'Running', containerStatuses: [crashing] });
    await world.notReady(name, 'HealthCheckFailed');
    await becomes({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
    await world.ready(name);
  });
});

describe('what kustomize builds', () => {
  test('an overlay with a base beside it, and patches of the spec', async () => {
    const name = world.unique();
    const author = await world.repository(name, {
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': configMap('placeholder', 'a'),
      'overlay/kustomization.yaml': `resources: [../base, ns.yaml]\nnamePrefix: my-\n`,
      'overlay/ns.yaml': namespace('ignored'),
    });
    await world.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await world.kustomization(name, { path: './overlay', targetNamespace: name, commonMetadata: { labels: { team: 'blue' } } });
    await world.ready(name);
    expect(await world.client.get(configMapId(name, 'my-a'))).toMatchObject({ metadata: { labels: { team: 'blue' } } });
    // The build reads the base, so a change of it counts.
    await world.ready(name, await world.push(author, name, { 'base/a.yaml': configMap('placeholder', 'a', 'changed') }));
    expect(await world.client.get(configMapId(name, 'my-a'))).toMatchObject({ data: { key: 'changed' } });
  });

  test('a folder with a kustomization inside plain ones is built', async () => {
    const name = world.unique();
    await world.repository(name, {
      'ns.yaml': namespace(name),
      'sub/kustomization.yaml': `namespace: ${name}\nconfigMapGenerator:\n- name: made\n  literals: [key=made]\ngeneratorOptions:\n  disableNameSuffixHash: true\n`,
    });
    await world.kustomization(name);
    await world.ready(name);
    expect(await world.client.get(configMapId(name, 'made'))).toMatchObject({ data: { key: 'made' } });
  });

  test('variables come from ConfigMaps and Secrets, and a change of one is applied', async () => {
    const name = world.unique();
    const vars = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${name}-vars`, namespace: 'flux-system' }, data: { value: 'one' } };
    await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a', `\${value}-\${other}`) });
    await world.kustomization(name, { postBuild: { substitute: { other: 'x' }, substituteFrom: [{ kind: 'ConfigMap', name: `${name}-vars` }] } });
    expect(readyOf(await world.notReady(name, 'BuildFailed'))?.message).toContain(`ConfigMap flux-system/${name}-vars`);
    await world.client.create(vars);
    await world.ready(name);
    expect(await world.client.get(configMapId(name, 'a'))).toMatchObject({ data: { key: 'one-x' } });
    await world.client.patch(configMapId('flux-system', `${name}-vars`), 'merge', { data: { value: 'two' } });
    await world.untilObject(configMapId(name, 'a'), (found) => (found?.data as { key: string })?.key === 'two-x', 'changed');
  });
});

describe('an agent that starts again', () => {
  test('without what it fetched writes no status, neither before its sources are there nor after', async () => {
    const names = Array.from({ length: 5 }, () => world.unique());
    for (const name of names) {
      await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a') });
      await world.kustomization(name);
    }
    const dependent = world.unique();
    await world.kustomization(dependent, { sourceRef: { kind: 'GitRepository', name: names[0] }, dependsOn: [{ name: names[1] }] });
    for (const name of [...names, dependent]) await world.ready(name);
    await world.rest();
    await world.stopAgent();
    world.forgetFetched();
    world.server.broken = 503;
    try {
      await world.startAgent();
      await world.rest(); // each was looked at, and found nothing to read
      expect(await world.statusWrites('Kustomization')).toBe(0);
    } finally {
      world.server.broken = undefined;
    }
    for (const name of names) await world.client.patch(configMapId(name, 'a'), 'merge', { data: { key: 'meanwhile' } });
    for (const name of names) {
      await world.request(name);
      await world.untilObject(configMapId(name, 'a'), (found) => (found?.data as { key: string })?.key === 'a', 'put back');
    }
    await world.rest();
    expect(await world.statusWrites('Kustomization')).toBe(0);
  });

  test('writes no status where nothing changed, also without Git, and corrects what drifted meanwhile', async () => {
    const name = world.unique();
    await world.repository(name, { 'ns.yaml': namespace(name), 'a.yaml': configMap(name, 'a') });
    await world.kustomization(name);
    const before = await world.ready(name);
    await world.stopAgent();
    await world.client.patch(configMapId(name, 'a'), 'merge', { data: { key: 'meanwhile' } });
    world.server.broken = 503;
    try {
      await world.startAgent();
      await world.untilObject(configMapId(name, 'a'), (found) => (found?.data as { key: string })?.key === 'a', 'put back');
      const after = await world.ready(name);
      expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    } finally {
      world.server.broken = undefined;
    }
  });
});
