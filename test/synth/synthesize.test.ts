import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { setPlacement } from '../../src/synth/placement';
import { synthesize } from '../../src/synth/synthesize';
import { appOf, configMap, Repository } from './apps';

let repository: Repository;
beforeEach(() => {
  repository = new Repository();
});
afterEach(() => repository.remove());

const cluster = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'system:reader' }, rules: [] };

test('one file per object, by cluster, layer and namespace', () => {
  repository.synth({ 'gke/dev': [configMap('settings', { key: 'yes' }), cluster], 'gke/_sync': [configMap('sync')] });
  expect(repository.tree()).toEqual({
    'cdk8s.yaml': expect.any(String),
    'dist/gke/dev/ns/configmap-settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: ns\ndata:\n  key: "yes"\n',
    'dist/gke/dev/_cluster/clusterrole.rbac.authorization.k8s.io-system%3areader.yaml':
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: system:reader\nrules: []\n',
    'dist/gke/_sync/ns/configmap-sync.yaml': expect.any(String),
    '.fairlead/owned/gke/dev.txt': expect.stringMatching(
      /^[0-9a-f]{64} dist\/gke\/dev\/_cluster\/clusterrole.*\n[0-9a-f]{64} dist\/gke\/dev\/ns\/configmap-settings\.yaml\n$/,
    ),
    '.fairlead/owned/gke/_sync.txt': expect.stringMatching(/^[0-9a-f]{64} dist\/gke\/_sync\/ns\/configmap-sync\.yaml\n$/),
  });
});

test.each([
  ['a folder of the output', 'dist/gke', 'FL2112'],
  ['a folder of ownership', '.fairlead/owned', 'FL2116'],
])('%s that is a file is named, with what to do', (_, file, code) => {
  for (const folder of ['dist', '.fairlead']) repository.makeFolder(folder);
  repository.write(file, '');
  const named = { code, message: expect.stringContaining(file) };
  expect(() => repository.synth({ 'gke/dev': [configMap('a')] })).toThrow(expect.objectContaining(named));
});

test('twice gives identical bytes and writes nothing', () => {
  repository.synth({ 'gke/dev': [configMap('a')] });
  const before = repository.tree();
  expect(repository.synth({ 'gke/dev': [configMap('a')] })).toMatchObject({ written: [], removed: [], unchanged: 1 });
  expect(repository.tree()).toEqual(before);
});

test('adding an object changes its own file and its ownership line alone', () => {
  repository.synth({ 'gke/dev': [configMap('a'), configMap('c')], 'gke/prod': [configMap('a')] });
  const before = repository.tree();
  const result = repository.synth({ 'gke/dev': [configMap('a'), configMap('b'), configMap('c')], 'gke/prod': [configMap('a')] });
  expect(result).toMatchObject({ written: ['dist/gke/dev/ns/configmap-b.yaml'], removed: [] });
  const { '.fairlead/owned/gke/dev.txt': owned, 'dist/gke/dev/ns/configmap-b.yaml': added, ...rest } = repository.tree();
  const { '.fairlead/owned/gke/dev.txt': ownedBefore, ...restBefore } = before;
  expect(rest).toEqual(restBefore);
  expect(added).toContain('name: b');
  expect(owned.split('\n').filter((line) => !line.includes('configmap-b'))).toEqual(ownedBefore.split('\n'));
});

test('what is no longer wanted goes, with its folders, its layer and its cluster', () => {
  repository.synth({ 'gke/dev': [configMap('a'), configMap('b')], 'gke/prod': [configMap('a')], 'eks/dev': [configMap('a')] });
  repository.synth({ 'gke/dev': [configMap('a')] });
  expect(Object.keys(repository.tree()).sort()).toEqual(['.fairlead/owned/gke/dev.txt', 'cdk8s.yaml', 'dist/gke/dev/ns/configmap-a.yaml']);
});

test('foreign files stay', () => {
  repository.synth({ 'gke/dev': [configMap('a')], 'gke/prod': [configMap('a')] });
  repository.write('dist/README.md', 'mine');
  repository.write('dist/gke/prod/ns/other.yaml', 'kind: Mine');
  repository.synth({ 'gke/dev': [configMap('a')] });
  expect(repository.tree()).toMatchObject({ 'dist/README.md': 'mine', 'dist/gke/prod/ns/other.yaml': 'kind: Mine' });
});

test('a foreign file in the way is refused, and nothing is written', () => {
  repository.synth({ 'gke/dev': [configMap('a')] });
  repository.write('dist/gke/dev/ns/configmap-b.yaml', 'mine');
  const before = repository.tree();
  expect(() => repository.synth({ 'gke/dev': [configMap('a', { changed: 'x' }), configMap('b')] })).toThrow(
    /FL2111 dist\/gke\/dev\/ns\/configmap-b\.yaml is not a file synth wrote/,
  );
  expect(repository.tree()).toEqual(before);
});

test('a hand edit is refused with the construct to change instead', () => {
  repository.synth({ 'gke/dev': [configMap('a')] });
  repository.write('dist/gke/dev/ns/configmap-a.yaml', 'edited');
  const before = repository.tree();
  expect(() => repository.synth({ 'gke/dev': [configMap('a')] })).toThrow(/\[gke-dev\/object-0\] FL2110 .*edited by hand.*\n.*gke-dev\/object-0/);
  expect(() => repository.synth({ 'gke/dev': [configMap('b')] })).toThrow(/FL2115/);
  expect(repository.tree()).toEqual(before);
});

test('force replaces hand edits and foreign files', () => {
  repository.synth({ 'gke/dev': [configMap('a'), configMap('gone')] });
  const wanted = repository.read('dist/gke/dev/ns/configmap-a.yaml');
  repository.write('dist/gke/dev/ns/configmap-a.yaml', 'edited');
  repository.write('dist/gke/dev/ns/configmap-gone.yaml', 'edited');
  repository.synth({ 'gke/dev': [configMap('a')] }, { force: true });
  expect(repository.read('dist/gke/dev/ns/configmap-a.yaml')).toBe(wanted);
  expect(Object.keys(repository.tree())).not.toContain('dist/gke/dev/ns/configmap-gone.yaml');
});

test('a file that is already as wanted is taken over', () => {
  repository.synth({ 'gke/dev': [configMap('a')] });
  rmSync(join(repository.root, '.fairlead'), { recursive: true });
  expect(repository.synth({ 'gke/dev': [configMap('a')] })).toMatchObject({ written: [], unchanged: 1 });
  expect(repository.read('.fairlead/owned/gke/dev.txt')).toContain('configmap-a.yaml');
});

test('ownership that Git joined from two branches is understood', () => {
  repository.synth({ 'gke/dev': [configMap('a', { v: '1' })] });
  const ours = repository.read('.fairlead/owned/gke/dev.txt');
  repository.synth({ 'gke/dev': [configMap('a', { v: '2' })] });
  const theirs = repository.read('.fairlead/owned/gke/dev.txt');
  repository.write('.fairlead/owned/gke/dev.txt', ours + theirs);
  expect(repository.synth({ 'gke/dev': [configMap('a', { v: '3' })] })).toMatchObject({ written: ['dist/gke/dev/ns/configmap-a.yaml'] });
  expect(repository.read('.fairlead/owned/gke/dev.txt').split('\n')).toHaveLength(2);
});

test.each(['<<<<<<< HEAD', `${'0'.repeat(64)} ../../secrets.yaml`, `${'0'.repeat(64)} /etc/passwd`])(
  'ownership with the line %s is refused',
  (line) => {
    repository.synth({ 'gke/dev': [configMap('a')] });
    repository.write('.fairlead/owned/gke/dev.txt', `${line}\n`);
    expect(() => repository.synth({ 'gke/dev': [configMap('a')] })).toThrow(/FL2113.*line 1/);
  },
);

test('another output folder keeps its ownership to itself', () => {
  const outdir = join(repository.root, 'preview');
  repository.synth({ 'gke/dev': [configMap('a')] }, { outdir });
  repository.synth({ 'gke/dev': [configMap('b')] }, { outdir });
  expect(Object.keys(repository.tree()).sort()).toEqual(['cdk8s.yaml', 'preview/.fairlead/owned/gke/dev.txt', 'preview/gke/dev/ns/configmap-b.yaml']);
});

test('output of cdk8s.yaml names the folder', () => {
  repository.write('cdk8s.yaml', 'output: manifests/out\n');
  repository.synth({ 'gke/dev': [configMap('a')] });
  expect(Object.keys(repository.tree())).toContain('manifests/out/gke/dev/ns/configmap-a.yaml');
  expect(repository.read('.fairlead/owned/gke/dev.txt')).toContain(' manifests/out/gke/dev/ns/configmap-a.yaml');
});

test.each([
  ['the program’s own', '.'],
  ['one above it', '..'],
  ['ownership', '.fairlead/x'],
  ['locks', 'locks'],
  ['Git’s', '.git/x'],
])('the folder is refused when it is %s', (_, outdir) => {
  expect(() => repository.synth({ 'gke/dev': [configMap('a')] }, { outdir: join(repository.root, outdir) })).toThrow(/FL2112/);
});

test('a symbolic link among the folders is refused', () => {
  mkdirSync(join(repository.root, 'dist'));
  symlinkSync(tmpdir(), join(repository.root, 'dist/gke'));
  expect(() => repository.synth({ 'gke/dev': [configMap('a')] })).toThrow(/FL2112.*symbolic link/);
});

test('all problems come together with the constructs they are of', () => {
  const app = appOf({ 'gke/dev': [configMap('a'), configMap('a'), { ...configMap('date'), when: new Date(0) }] });
  const stray = new Chart(app, 'stray');
  new ApiObject(stray, 'lost', configMap('lost'));
  const synth = () => synthesize(app, { root: repository.root });
  expect(synth).toThrow(/found 3 problems, nothing was written/);
  expect(synth).toThrow(/\[gke-dev\/object-1\] FL2105 ConfigMap\/ns\/a is defined twice in gke\/dev: also by gke-dev\/object-0/);
  expect(synth).toThrow(/\[gke-dev\/object-2\] FL2103 .*non-simple object of type 'Date'/);
  expect(synth).toThrow(/\[stray\/lost\] FL2104 ConfigMap\/ns\/lost is in no layer/);
});

test('validations of all constructs come together', () => {
  const app = appOf({ 'gke/dev': [configMap('a')] });
  for (const id of ['one', 'two']) new Chart(app, id).node.addValidation({ validate: () => [`${id} is wrong`] });
  expect(() => synthesize(app, { root: repository.root })).toThrow(/\[one\] one is wrong\n {2}\[two\] two is wrong/);
});

test('each construct is validated once, however many charts there are', () => {
  const app = new App();
  const validate = jest.fn(() => []);
  for (let index = 0; index < 5; index++) {
    const chart = new Chart(app, `layer-${index}`);
    chart.node.addValidation({ validate });
    setPlacement(chart, { cluster: 'gke', layer: `layer-${index}` });
    new ApiObject(chart, 'object', configMap('a'));
  }
  synthesize(app, { root: repository.root });
  expect(validate).toHaveBeenCalledTimes(5);
});

test('the items of a List have a file each', () => {
  const list = { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { name: 'all' }, items: [configMap('a'), configMap('b')] };
  expect(repository.synth({ 'gke/dev': [list] }).written).toEqual(['dist/gke/dev/ns/configmap-a.yaml', 'dist/gke/dev/ns/configmap-b.yaml']);
});
