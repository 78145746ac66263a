import { appliedState, inputsDigest, stateMetadata } from '../../../src/agent/kustomize/applied-state';
import { dependenciesOf, unmetDependencies } from '../../../src/agent/kustomize/dependencies';
import { budgetOf } from '../../../src/agent/kustomize/garbage';
import { healthTargets } from '../../../src/agent/kustomize/health-checks';
import { withAttempt } from '../../../src/agent/kustomize/history';
import {
  deletesObjects,
  type Kustomization,
  type KustomizationSpec,
  targetOf,
  timeoutMs,
  unsupportedFields,
} from '../../../src/agent/kustomize/kustomization';
import { deletionsOf } from '../../../src/agent/kustomize/leads-to';
import type { Reconciled, Ref } from '../../../src/agent/runtime/types';
import type { Sources } from '../../../src/agent/source/types';
import { nameOf, type ObjectId } from '../../../src/model/object';
import { expand } from '../../../src/objects/deletion-budget';
import { encodeInventory } from '../../../src/objects/inventory';
import { overlayOf, plainFiles } from '../../../src/render/kustomization-build';

const kustomization = (spec: Partial<KustomizationSpec> = {}, status: Kustomization['status'] = {}, name = 'app'): Kustomization => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'flux-system', generation: 1 },
  spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'repo' }, ...spec },
  status,
});

const id = (kind: string, name: string, group = '', namespace = 'dev'): ObjectId => ({ group, version: 'v1', kind, namespace, name });
const kustomizationId = (name: string) => id('Kustomization', name, 'kustomize.toolkit.fluxcd.io', 'flux-system');

describe('the history', () => {
  const attempt = {
    digest: 'sha256:1',
    status: 'ReconciliationSucceeded',
    metadata: { revision: 'a' },
    durationMs: 1500,
    at: new Date('2026-01-01T00:00:00.5Z'),
  };

  test('holds an attempt as Flux writes it', () => {
    expect(withAttempt([], attempt)).toEqual([
      {
        digest: 'sha256:1',
        firstReconciled: '2026-01-01T00:00:00Z',
        lastReconciled: '2026-01-01T00:00:00Z',
        lastReconciledDuration: '1.5s',
        lastReconciledStatus: 'ReconciliationSucceeded',
        totalReconciliations: 1,
        metadata: { revision: 'a' },
      },
    ]);
  });

  test('stays the very same where nothing is new', () => {
    const history = withAttempt([], attempt);
    expect(withAttempt(history, { ...attempt, at: new Date('2026-02-01T00:00:00Z'), durationMs: 3 })).toBe(history);
  });

  test('moves what came back to the front and keeps five', () => {
    let history = withAttempt([], attempt);
    for (const digest of ['2', '3', '4', '5']) history = withAttempt(history, { ...attempt, digest });
    history = withAttempt(history, { ...attempt, at: new Date('2026-02-01T00:00:00Z') });
    expect(history.map(({ digest }) => digest)).toEqual(['sha256:1', '5', '4', '3', '2']);
    expect(history[0]).toMatchObject({ firstReconciled: '2026-01-01T00:00:00Z', lastReconciled: '2026-02-01T00:00:00Z', totalReconciliations: 2 });
    expect(withAttempt(history, { ...attempt, digest: '6' })).toHaveLength(5);
  });
});

describe('what an apply was made of', () => {
  const digest = (spec: Partial<KustomizationSpec>, values: string[] = [], tree = 'git:1') => inputsDigest(tree, kustomization(spec).spec, values);

  test.each<[string, Partial<KustomizationSpec>]>([
    ['interval', { interval: '1h' }],
    ['timeout', { timeout: '1m' }],
    ['dependsOn', { dependsOn: [{ name: 'x' }] }],
    ['wait', { wait: true }],
    ['prune', { prune: false }],
  ])('%s does not count', (_name, spec) => expect(digest(spec)).toBe(digest({})));

  test.each<[string, string]>([
    ['path', digest({ path: './x' })],
    ['patches', digest({ patches: [{ patch: 'x' }] })],
    ['serviceAccountName', digest({ serviceAccountName: 'x' })],
    ['values', digest({}, ['ConfigMap/a@1'])],
    ['tree', digest({}, [], 'git:2')],
  ])('%s counts', (_name, changed) => expect(changed).not.toBe(digest({})));

  test('is kept in the history and read back', () => {
    const state = { inputs: 'sha256:1', scope: '', tree: 'git:2' };
    const history = withAttempt([], { digest: 'd', status: 's', metadata: stateMetadata('main@sha1:1', state), durationMs: 1, at: new Date() });
    expect(appliedState(kustomization({}, { history }))).toEqual(state);
    const failed = withAttempt(history, {
      digest: 'd',
      status: 'BuildFailed',
      metadata: stateMetadata('main@sha1:2'),
      durationMs: 1,
      at: new Date(),
    });
    expect(appliedState(kustomization({}, { history: failed }))).toBeUndefined();
  });
});

describe('files', () => {
  const files = (...paths: string[]) => plainFiles(paths.map((path) => ({ path, digest: path })));

  test('YAML is read, other files are not', () => {
    expect(files('a.yaml', 'b/c.yml', 'd.json', 'e.yaml.txt')).toEqual({ files: ['a.yaml', 'b/c.yml'], folders: [] });
  });

  test('a folder with a kustomization stands for all in it, folders below included', () => {
    expect(files('a.yaml', 'b/kustomization.yaml', 'b/c.yaml', 'b/d/Kustomization', 'b/d/e.yaml', 'bc/f.yaml')).toEqual({
      files: ['a.yaml', 'bc/f.yaml'],
      folders: ['b'],
    });
  });

  test.each<[Partial<KustomizationSpec>, string[]]>([
    [{ path: './x', commonMetadata: { labels: { a: 'b' } } }, []],
    [{ targetNamespace: 'dev', namePrefix: '' }, ['targetNamespace']],
    [{ patches: [], images: [{ name: 'x' }], ignoreMissingComponents: false }, ['images']],
  ])('%j needs kustomize for %j', (spec, names) => expect(Object.keys(overlayOf(kustomization(spec).spec))).toEqual(names));
});

describe('dependencies', () => {
  const ready = { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' as const, reason: 'x', message: '' }] };
  const unmet = async (dependency: Reconciled | undefined, digest = 'git:now') => {
    const store = { get: () => dependency } as unknown as { get<T extends Reconciled>(ref: Ref): T | undefined };
    const sources = { digest: async () => digest } as unknown as Sources;
    return (await unmetDependencies(kustomization({ dependsOn: [{ name: 'db' }] }), 'main@sha1:2', { store } as never, sources)).length > 0;
  };

  test.each<[string, Kustomization | undefined, boolean]>([
    ['that does not exist', undefined, true],
    ['that is not ready', kustomization({}, { observedGeneration: 1 }, 'db'), true],
    ['ready for an older spec', kustomization({}, { ...ready, observedGeneration: 0 }, 'db'), true],
    ['ready at this revision', kustomization({}, { ...ready, lastAppliedRevision: 'main@sha1:2' }, 'db'), false],
    ['ready at another revision', kustomization({}, { ...ready, lastAppliedRevision: 'main@sha1:1' }, 'db'), true],
    ['of another source', kustomization({ sourceRef: { kind: 'GitRepository', name: 'other' } }, ready, 'db'), false],
  ])('one %s', async (_what, dependency, expected) => expect(await unmet(dependency)).toBe(expected));

  test('one whose files are the same at this revision', async () => {
    const metadata = stateMetadata('main@sha1:1', { inputs: 'i', scope: 'db', tree: 'git:now' });
    const history = withAttempt([], { digest: 'd', status: 's', metadata, durationMs: 1, at: new Date() });
    expect(await unmet(kustomization({}, { ...ready, lastAppliedRevision: 'main@sha1:1', history }, 'db'))).toBe(false);
    expect(await unmet(kustomization({}, { ...ready, lastAppliedRevision: 'main@sha1:1', history }, 'db'), 'git:later')).toBe(true);
  });

  test('of other kinds are named by annotation', () => {
    const with_ = (list: string): Kustomization => ({
      ...kustomization(),
      metadata: { name: 'app', namespace: 'a', annotations: { 'fairlead.dev/depends-on': list } },
    });
    expect(dependenciesOf(with_('HelmRelease/dev/db, Kustomization/a/b')).map(nameOf)).toEqual(['HelmRelease/dev/db', 'Kustomization/a/b']);
    expect(() => dependenciesOf(with_('HelmRelease/db'))).toThrow('cannot be read at HelmRelease/db');
  });
});

test.each<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ['unlimited', undefined],
  ['0', 0],
  ['10', 10],
  ['many', 0],
])('a budget of %j allows %j', (text, budget) => {
  const annotations: Record<string, string> = text === undefined ? {} : { 'fairlead.dev/deletion-budget': text };
  expect(budgetOf({ ...kustomization(), metadata: { name: 'app', annotations } })).toBe(budget);
});

describe('a deletion leads to', () => {
  const store = (objects: Record<string, Reconciled>) =>
    ({ get: (ref: Ref) => objects[ref.name] }) as unknown as { get<T extends Reconciled>(ref: Ref): T | undefined };
  const leads = (objects: Record<string, Reconciled>) =>
    expand(deletionsOf([kustomizationId('one')], store(objects)))
      .map(nameOf)
      .sort();

  test('inventories of Kustomizations and releases, recursively', () => {
    const release = { ...kustomization({}, { inventory: encodeInventory([id('Service', 's')]) }, 'release'), kind: 'HelmRelease' };
    const one = kustomization({}, { inventory: encodeInventory([id('ConfigMap', 'a'), kustomizationId('two')]) }, 'one');
    const two = kustomization({}, { inventory: encodeInventory([id('HelmRelease', 'release', 'helm.toolkit.fluxcd.io')]) }, 'two');
    expect(leads({ one, two, release })).toEqual([
      'ConfigMap/dev/a',
      'HelmRelease/dev/release',
      'Kustomization/flux-system/one',
      'Kustomization/flux-system/two',
      'Service/dev/s',
    ]);
  });

  test('nothing where it keeps its objects, and each object once where two hold one another', () => {
    const holding = (other: string, spec: Partial<KustomizationSpec>, name: string) =>
      kustomization(spec, { inventory: encodeInventory([kustomizationId(other)]) }, name);
    expect(leads({ one: holding('two', { prune: false }, 'one') })).toEqual(['Kustomization/flux-system/one']);
    expect(leads({ one: holding('two', {}, 'one'), two: holding('one', {}, 'two') })).toHaveLength(2);
  });
});

test.each<[Partial<KustomizationSpec>, boolean]>([
  [{}, true],
  [{ prune: false }, false],
  [{ prune: false, deletionPolicy: 'Delete' }, true],
  [{ deletionPolicy: 'Orphan' }, false],
  [{ deletionPolicy: 'WaitForTermination' }, true],
  [{ suspend: true }, false],
])('deleted with %j it takes its objects along: %j', (spec, expected) => expect(deletesObjects(kustomization(spec))).toBe(expected));

test.each<[Partial<KustomizationSpec>, number]>([
  [{ interval: '10m' }, 570_000],
  [{ interval: '40s' }, 30_000],
  [{ interval: '10m', timeout: '2m' }, 120_000],
  [{ interval: '10m', timeout: '1s' }, 30_000],
])('%j waits %d ms for health', (spec, expected) => expect(timeoutMs(kustomization(spec))).toBe(expected));

test('what must be healthy: all that was applied, or the named, never itself', () => {
  const applied = [id('Service', 's'), kustomizationId('app')];
  expect(healthTargets(kustomization({ wait: true }), applied).map(nameOf)).toEqual(['Service/dev/s']);
  expect(healthTargets(kustomization({ healthChecks: [{ kind: 'Deployment', name: 'd', namespace: 'dev' }] }), applied)).toEqual([
    { group: 'apps', version: 'v1', kind: 'Deployment', name: 'd', namespace: 'dev' },
  ]);
});

test('what would be misread is refused by name', () => {
  const spec = {
    decryption: {},
    healthCheckExprs: [{}],
    dependsOn: [{ name: 'a', readyExpr: 'true' }],
    kubeConfig: { configMapRef: {} },
    ignore: [{}],
  };
  expect(unsupportedFields(kustomization(spec))).toEqual([
    'spec.decryption',
    'spec.healthCheckExprs',
    'spec.ignore',
    'spec.kubeConfig.configMapRef',
    'spec.dependsOn.readyExpr',
  ]);
});

test('a cluster that cannot be told is no other cluster', () => {
  expect(() => targetOf(kustomization({ kubeConfig: { configMapRef: { name: 'cloud' } } }))).toThrow('FL3005');
});
