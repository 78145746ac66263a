import { increase } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { BedWorld, isReady } from './bed-world';
import { job, sampleChart } from './sample-chart';

let world: BedWorld;
// Before the bed's own: the agent gives its leases back.
afterAll(() => world?.close());
const bed = useBed({ git: false, registry: false });

beforeAll(async () => {
  world = await BedWorld.on(bed());
  await world.start();
}, BUILD_TIMEOUT_MS);

const get = async (ns: string, ...what: string[]) => (await bed().kubectl(['get', ...what, '-n', ns, '-o', 'name', '--ignore-not-found'])).trim();

const stalled = (reason: string) => (object: { status?: { conditions?: readonly { type: string; reason: string; status: string }[] } }) =>
  object.status?.conditions?.some((one) => one.type === 'Stalled' && one.status === 'True' && one.reason === reason) ?? false;

test('an install takes ten writes for three objects', async () => {
  const ns = await world.namespace('budget');
  world.commit('budget', sampleChart());
  const before = await world.requests();
  await world.want(ns, 'budget', {});
  await world.untilReady(ns, 'budget');
  await world.eventOf(ns, 'budget', 'InstallSucceeded');
  const sent = async () => increase(before, await world.requests());
  // What was sent is counted with its answer, and others may see the event earlier than that.
  while (!('create events' in (await sent()))) await new Promise(setImmediate);
  expect(await sent()).toEqual({
    'patch helmreleases.helm.toolkit.fluxcd.io': 1,
    'patch helmreleases.helm.toolkit.fluxcd.io/status': 2,
    'create secrets': 1,
    'apply serviceaccounts': 1,
    'apply services': 1,
    'apply deployments.apps': 1,
    'update secrets': 1,
    'create events': 1,
  });
});

test('hooks run to their end, in order, and go where they say', async () => {
  const ns = await world.namespace('hooks');
  const chart = sampleChart({
    'templates/pre.yaml': job('pre-install', 'first', 'true'),
    'templates/post.yaml': job('post-install,post-upgrade', 'last', 'true', 'before-hook-creation'),
  });
  world.commit('hooks', chart);
  await world.want(ns, 'hooks', {});
  await world.untilReady(ns, 'hooks');
  expect(await get(ns, 'jobs')).toBe('job.batch/last');
  expect(await bed().helm(['get', 'hooks', 'hooks', '-n', ns])).toContain('helm.sh/hook: pre-install');
  await world.want(ns, 'hooks', { values: { tag: '2' } });
  await world.until(ns, 'hooks', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);
  await bed().kubectl(['delete', 'helmrelease', 'hooks', '-n', ns, '--timeout=60s']);
  expect(await get(ns, 'deployments,secrets')).toBe('');
});

test('a chart that fails to render is reported with file and reason, and recovers', async () => {
  const ns = await world.namespace('broken');
  world.commit('broken', sampleChart({ 'templates/bad.yaml': 'kind: {{ fail "no such luck" }}\n' }));
  await world.want(ns, 'broken', {});
  const object = await world.until(
    ns,
    'broken',
    (one) => one.status?.conditions?.some((c) => c.type === 'Ready' && c.reason === 'InstallFailed') ?? false,
  );
  const message = object.status?.conditions?.find(({ type }) => type === 'Ready')?.message;
  expect(message).toMatch(/Helm install failed for release broken\/broken with chart web@0.1.0: .*templates\/bad.yaml.*no such luck/s);
  expect(await get(ns, 'secrets')).toBe('');
  world.commit('broken', sampleChart());
  await world.untilReady(ns, 'broken');
});

test('a refused object fails the release with every reason, and a correction recovers it', async () => {
  const ns = await world.namespace('refused');
  world.commit('refused', sampleChart({ 'templates/bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_A_Name\n' }));
  await world.want(ns, 'refused', {});
  const object = await world.until(ns, 'refused', stalled('RetriesExceeded'));
  expect(object.status?.conditions?.find(({ type }) => type === 'Released')?.message).toContain('Not_A_Name');
  expect(object.status?.installFailures).toBe(1);
  world.commit('refused', sampleChart());
  await world.untilReady(ns, 'refused');
});

test('an upgrade that does not become healthy is rolled back, and Helm sees it so', async () => {
  const ns = await world.namespace('remedy');
  world.commit('remedy', sampleChart());
  await world.want(ns, 'remedy', { upgrade: { timeout: '2s', remediation: { retries: 0, remediateLastFailure: true } } });
  await world.untilReady(ns, 'remedy');
  world.commit(
    'remedy',
    sampleChart({
      'templates/bad.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: nowhere\nspec:\n  nodeName: lost-node\n  containers: [{ name: a, image: a }]\n',
    }),
  );
  const object = await world.until(ns, 'remedy', stalled('RetriesExceeded'));
  expect(object.status?.conditions?.find(({ type }) => type === 'Remediated')).toMatchObject({ status: 'True', reason: 'RollbackSucceeded' });
  const history = JSON.parse(await bed().helm(['history', 'remedy', '-n', ns, '-o', 'json'])) as { status: string; description: string }[];
  expect(history.map(({ status, description }) => `${status}: ${description.slice(0, 23)}`)).toEqual([
    'superseded: Install complete',
    'failed: Upgrade "remedy" failed',
    'deployed: Rollback to 1',
  ]);
});

test('CRDs of a chart come first, and stay', async () => {
  const ns = await world.namespace('crds');
  const crd = [
    'apiVersion: apiextensions.k8s.io/v1',
    'kind: CustomResourceDefinition',
    'metadata: { name: widgets.example.test }',
    'spec:',
    '  group: example.test',
    '  scope: Namespaced',
    '  names: { kind: Widget, plural: widgets }',
    '  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]',
    '',
  ].join('\n');
  const widget =
    '{{ if .Capabilities.APIVersions.Has "example.test/v1/Widget" }}\napiVersion: example.test/v1\nkind: Widget\nmetadata: { name: one }\n{{ end }}\n';
  world.commit('crds', sampleChart({ 'crds/widgets.yaml': crd, 'templates/widget.yaml': widget }));
  await world.want(ns, 'crds', {});
  await world.untilReady(ns, 'crds');
  expect(await get(ns, 'widgets')).toBe('widget.example.test/one');
  await bed().kubectl(['delete', 'helmrelease', 'crds', '-n', ns, '--timeout=60s']);
  expect(await get(ns, 'crd/widgets.example.test')).toBe('customresourcedefinition.apiextensions.k8s.io/widgets.example.test');
});

test('values from a Secret are followed, and kept ones of a chart survive it', async () => {
  const ns = await world.namespace('values');
  const kept = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\n  annotations: { helm.sh/resource-policy: keep }\n';
  world.commit('values', sampleChart({ 'templates/kept.yaml': kept }));
  await bed().kubectl(['create', 'secret', 'generic', 'more', '-n', ns, '--from-literal=values.yaml=tag: from-secret']);
  await world.want(ns, 'values', { valuesFrom: [{ kind: 'Secret', name: 'more' }] });
  await world.untilReady(ns, 'values');
  const image = () => bed().kubectl(['get', 'deployment', 'values', '-n', ns, '-o', 'jsonpath={.spec.template.spec.containers[0].image}']);
  expect(await image()).toBe('registry.example/web:from-secret');
  await bed().kubectl(['patch', 'secret', 'more', '-n', ns, '--type=merge', '-p', JSON.stringify({ stringData: { 'values.yaml': 'tag: changed' } })]);
  await world.until(ns, 'values', (object) => isReady(object) && object.status?.history?.[0]?.version === 2);
  expect(await image()).toBe('registry.example/web:changed');
  await bed().kubectl(['delete', 'helmrelease', 'values', '-n', ns, '--timeout=60s']);
  expect(await get(ns, 'configmaps')).toContain('configmap/kept');
});

test('a restarted agent makes no new revision', async () => {
  const ns = await world.namespace('restart');
  world.commit('restart', sampleChart());
  await world.want(ns, 'restart', { driftDetection: { mode: 'enabled' } });
  const before = await world.untilReady(ns, 'restart');
  await world.stop();
  await bed().kubectl(['delete', 'service', 'restart', '-n', ns]);
  await world.start();
  await world.eventOf(ns, 'restart', 'DriftCorrected');
  expect(await get(ns, 'service/restart')).toBe('service/restart');
  expect((await world.release(ns, 'restart'))?.status).toEqual(before.status);
});

test('a newer spec ends the wait for an older one, whose revision is left as failed', async () => {
  const ns = await world.namespace('newer');
  // Of a node that no other test names: a minute after it was missed first, all its Pods are taken away.
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: stuck\nspec:\n  nodeName: no-such-node\n  containers: [{ name: a, image: a }]\n';
  world.commit('newer', sampleChart({ 'templates/stuck.yaml': `{{ if .Values.stuck }}\n${pod}{{ end }}\n` }));
  await world.want(ns, 'newer', { timeout: '5m', values: { stuck: true } });
  await world.until(ns, 'newer', (object) => object.status?.lastAttemptedReleaseAction === 'install');
  await bed().kubectl(['wait', '--for=create', 'pod/stuck', '-n', ns, '--timeout=30s']);
  await world.want(ns, 'newer', { timeout: '5m', values: { stuck: false } });
  await world.untilReady(ns, 'newer');
  const history = JSON.parse(await bed().helm(['history', 'newer', '-n', ns, '-o', 'json'])) as { status: string; description: string }[];
  expect(history.map(({ status, description }) => [status, description])).toEqual([
    ['failed', 'Release "newer" failed: canceled, as something newer arrived'],
    ['deployed', 'Upgrade complete'],
  ]);
  // No kubelet is there to end it.
  expect(await bed().kubectl(['get', 'pod', 'stuck', '-n', ns, '-o', 'jsonpath={.metadata.deletionTimestamp}'])).not.toBe('');
  expect((await world.release(ns, 'newer'))?.status?.installFailures).toBeUndefined();
});
