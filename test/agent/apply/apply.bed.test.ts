import { useBed } from '../../support/bed';
import { configMap, deployment, manifest, manifestOfText, namespace, World } from './world';

const bed = useBed({ git: false, registry: false, kwok: false, scheduler: false, nodes: 0 });

let world: World;
beforeEach(() => {
  world = new World(bed().kubeconfig);
});
afterEach(() => world.close());

const widgets = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } },
      },
    ],
  },
});

const live = async (kind: string, inNamespace: string, name: string) =>
  JSON.parse(await bed().kubectl(['--namespace', inNamespace, 'get', kind, name, '--output=json', '--show-managed-fields']));

test('objects are created, then known to be unchanged, then changed, with one request each', async () => {
  const objects = (value: string) => [namespace('counts'), configMap('counts', 'a', { value }), configMap('counts', 'b')];

  const first = await world.sent(() => world.apply('counts', objects('1')));
  expect(first.result).toEqual({ 'Namespace/counts': 'created', 'ConfigMap/a': 'created', 'ConfigMap/b': 'created' });
  expect(first.requests.filter((request) => !request.startsWith('list')).sort()).toEqual([
    'apply configmaps',
    'apply configmaps',
    'apply namespaces',
  ]);

  const second = await world.sent(() => world.apply('counts', objects('1')));
  expect(second).toEqual({ result: { 'Namespace/counts': 'unchanged', 'ConfigMap/a': 'unchanged', 'ConfigMap/b': 'unchanged' }, requests: [] });

  const third = await world.sent(() => world.apply('counts', objects('2')));
  expect(third).toEqual({
    result: { 'Namespace/counts': 'unchanged', 'ConfigMap/a': 'configured', 'ConfigMap/b': 'unchanged' },
    requests: ['apply configmaps'],
  });

  const always = await world.sent(() => world.apply('counts', objects('2'), { always: true }));
  expect(always.result).toEqual({ 'Namespace/counts': 'unchanged', 'ConfigMap/a': 'unchanged', 'ConfigMap/b': 'unchanged' });
  expect(always.requests).toHaveLength(3);
});

test('what an earlier process applied is known to be unchanged', async () => {
  await world.apply('restart', [namespace('restart'), configMap('restart', 'a')]);
  const later = new World(bed().kubeconfig);
  try {
    expect(await later.apply('restart', [namespace('restart'), configMap('restart', 'a')])).toEqual({
      'Namespace/restart': 'unchanged',
      'ConfigMap/a': 'unchanged',
    });
  } finally {
    later.close();
  }
});

test('labels, annotations and the namespace are put into the bytes, and integers stay whole', async () => {
  const text =
    '{"apiVersion":"big.example/v1","kind":"Widget","metadata":{"name":"big","labels":{"app":"big"}},"spec":{"big":9007199254740993,"ratio":1.50,"text":"\\u00e9 \\"quoted\\""}}';
  await world.apply('big', [namespace('big'), widgets('big.example'), manifestOfText(text)], { namespace: 'big', annotations: { note: 'here' } });
  const raw = await bed().kubectl(['get', '--raw', '/apis/big.example/v1/namespaces/big/widgets/big']);
  expect(raw).toContain('"big":9007199254740993');
  expect(raw).toContain('"text":"é \\"quoted\\""');
  expect(JSON.parse(raw).metadata).toMatchObject({
    namespace: 'big',
    labels: { app: 'big', ...world.labelsOf('big') },
    annotations: { note: 'here' },
  });
});

test('a custom resource in the same set as its definition and namespace is applied', async () => {
  const widget = { apiVersion: 'staged.example/v1', kind: 'Widget', metadata: { name: 'first', namespace: 'staged' }, spec: { size: 1 } };
  for (const order of ['staged', 'given'] as const) {
    const group = `${order}.example`;
    const objects = [namespace(order), widgets(group), { ...widget, apiVersion: `${group}/v1`, metadata: { name: 'first', namespace: order } }];
    const backwards = order === 'staged' ? [...objects].reverse() : objects;
    expect(await world.apply(order, backwards, { order })).toEqual({
      [`CustomResourceDefinition/widgets.${group}`]: 'created',
      [`Namespace/${order}`]: 'created',
      'Widget/first': 'created',
    });
  }
});

test('bad objects fail by themselves, with file and reason, and the others are applied', async () => {
  const { results, failed } = await world.applied.apply(
    world.request('bad', [
      namespace('bad'),
      configMap('bad', 'good'),
      manifest({ apiVersion: 'nowhere.example/v1', kind: 'Gadget', metadata: { name: 'unknown', namespace: 'bad' } }, 'gadget.yaml', 2),
      manifest({ ...deployment('bad', 'refused'), spec: { replicas: 'many' } }, 'deployment.yaml'),
      manifest(configMap('nowhere', 'homeless'), 'homeless.yaml'),
      manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unplaced' } }, 'unplaced.yaml'),
      manifest(configMap('bad', 'good', { again: 'yes' }), 'again.yaml'),
      manifest(
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret', namespace: 'bad' }, type: 7, data: { password: 'not base64: hunter2' } },
        'secret.yaml',
      ),
    ]),
  );
  expect(
    results
      .filter(({ action }) => action === 'created')
      .map(({ id }) => id.name)
      .sort(),
  ).toEqual(['bad', 'good']);
  const messages = Object.fromEntries(failed.map(({ id, error, file }) => [file, `${id.name} ${error.message}`]));
  expect(messages).toEqual({
    'gadget.yaml': 'unknown FL3101: Gadget/bad/unknown (gadget.yaml, document 2): the cluster has no kind Gadget in nowhere.example/v1',
    'deployment.yaml': expect.stringMatching(/^refused FL3103: Deployment\/bad\/refused \(deployment.yaml\): refused: .*replicas/s),
    'homeless.yaml': 'homeless FL3105: ConfigMap/nowhere/homeless (homeless.yaml): its namespace does not exist: namespaces "nowhere" not found',
    'unplaced.yaml': 'unplaced FL3106: ConfigMap/unplaced (unplaced.yaml): names no namespace',
    'again.yaml': 'good FL3108: ConfigMap/bad/good (again.yaml): is defined already in the same set',
    'secret.yaml': expect.stringMatching(/^secret FL3103: /),
  });
  expect(JSON.stringify(messages)).not.toContain('hunter2');
});

test('an atomic set with one bad object writes nothing', async () => {
  await world.apply('atomic', [namespace('atomic')]);
  const objects = [configMap('atomic', 'a'), { ...deployment('atomic', 'bad'), spec: { replicas: 'many' } }];
  expect(await world.apply('atomic', objects, { atomic: true })).toEqual({ 'ConfigMap/a': 'skipped', 'Deployment/bad': 'failed' });
  await expect(live('configmap', 'atomic', 'a')).rejects.toThrow(/not found/);
});

test('what kubectl created or added goes where the manifest does not have it', async () => {
  await world.apply('adopt', [namespace('adopt')]);
  await bed().kubectl(['--namespace=adopt', 'create', 'configmap', 'settings', '--from-literal=kept=old', '--from-literal=dropped=old']);
  expect(await world.apply('adopt', [namespace('adopt'), configMap('adopt', 'settings', { kept: 'new' })])).toMatchObject({
    'ConfigMap/settings': 'configured',
  });
  const { data, metadata } = await live('configmap', 'adopt', 'settings');
  expect(data).toEqual({ kept: 'new' });
  expect(metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toEqual(['kustomize-controller']);
});

test('what other controllers set beside our fields stays', async () => {
  await world.apply('beside', [namespace('beside'), deployment('beside', 'web', {})]);
  await bed().kubectl(['--namespace=beside', 'scale', 'deployment/web', '--replicas=3']);
  await bed().kubectl(['--namespace=beside', 'rollout', 'restart', 'deployment/web']);
  await world.apply('beside', [namespace('beside'), deployment('beside', 'web', {}, 'registry.example/app:2')]);
  const { spec } = await live('deployment', 'beside', 'web');
  expect(spec.replicas).toBe(3);
  expect(spec.template.spec.containers[0].image).toBe('registry.example/app:2');
  expect(spec.template.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
});

test('an immutable field is an error that says so, and with force the object is made anew', async () => {
  await world.apply('force', [namespace('force'), deployment('force', 'web')]);
  const changed = deployment('force', 'web');
  changed.spec.selector.matchLabels.app = 'other';
  changed.spec.template.metadata.labels.app = 'other';
  const { failed } = await world.applied.apply(world.request('force', [manifest(changed, 'web.yaml')]));
  expect(failed[0].error.message).toMatch(/^FL3104: Deployment\/force\/web \(web.yaml\): a field cannot be changed: .*immutable/s);

  const before = await live('deployment', 'force', 'web');
  expect(await world.apply('force', [changed], { force: true })).toEqual({ 'Deployment/web': 'created' });
  const after = await live('deployment', 'force', 'web');
  expect(after.metadata.uid).not.toBe(before.metadata.uid);
  expect(after.spec.selector.matchLabels.app).toBe('other');
});

test("Flux's annotations on manifests and on live objects are honoured", async () => {
  await world.apply('opt', [namespace('opt'), configMap('opt', 'paused', { value: '1' })]);
  const annotated = (name: string, annotations: object) => {
    const { metadata, ...rest } = configMap('opt', name, { value: '2' });
    return { ...rest, metadata: { ...metadata, annotations } };
  };
  await bed().kubectl(['--namespace=opt', 'annotate', 'configmap', 'paused', 'kustomize.toolkit.fluxcd.io/reconcile=disabled']);
  await bed().kubectl(['--namespace=opt', 'create', 'configmap', 'once', '--from-literal=value=1']);
  await bed().kubectl(['--namespace=opt', 'create', 'configmap', 'merged', '--from-literal=beside=1']);
  const seen = new World(bed().kubeconfig);
  try {
    expect(
      await seen.apply('opt', [
        configMap('opt', 'paused', { value: '2' }),
        annotated('never', { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' }),
        annotated('off', { 'kustomize.toolkit.fluxcd.io/reconcile': 'Disabled' }),
        annotated('once', { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }),
        annotated('first', { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }),
        annotated('merged', { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' }),
      ]),
    ).toEqual({
      'ConfigMap/paused': 'skipped',
      'ConfigMap/never': 'skipped',
      'ConfigMap/off': 'skipped',
      'ConfigMap/once': 'skipped',
      'ConfigMap/first': 'created',
      'ConfigMap/merged': 'configured',
    });
  } finally {
    seen.close();
  }
  expect((await live('configmap', 'opt', 'paused')).data).toEqual({ value: '1' });
  expect((await live('configmap', 'opt', 'once')).data).toEqual({ value: '1' });
  expect((await live('configmap', 'opt', 'merged')).data).toEqual({ beside: '1', value: '2' });
});
