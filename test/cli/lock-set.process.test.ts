import { LockedProject } from './locked-project';

let project: LockedProject;
afterEach(() => project.remove());

const LOCK = 'locks/gke/dev/dev.yaml';
const RELEASE = 'dist/gke/dev/dev/helmrelease.yaml';

test('sets the lock and the marked output in one go, and nothing else', () => {
  project = new LockedProject([
    { name: 'dev', tag: '6.7.0' },
    { name: 'prod', tag: '6.7.0' },
  ]);
  const before = { lock: project.read(LOCK), release: project.read(RELEASE), prod: project.read('locks/gke/prod/prod.yaml') };
  const { status, stdout } = project.fairlead(['lock', 'set', 'dev', 'podinfo=6.7.1']);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `gke/dev\nENTRY            OLD     NEW\nimages/podinfo   6.7.0   6.7.1\nwrote ${RELEASE}\nwrote ${LOCK}\n`,
  });
  expect(project.read(LOCK)).toBe(before.lock.replace('6.7.0', '6.7.1'));
  expect(project.read(RELEASE)).toBe(before.release.replace('6.7.0', '6.7.1'));
  expect(project.read('locks/gke/prod/prod.yaml')).toBe(before.prod);
});

test('a value that is computed with follows with the next synth, and that is said', () => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0' }]);
  project.write(RELEASE, project.read(RELEASE).replace(/ # .*/, ''));
  const { status, stdout } = project.fairlead(['lock', 'set', 'dev', 'podinfo=6.7.1']);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining('the output follows with the next fairlead synth: images/podinfo'),
  });
  expect(project.read(LOCK)).toContain('podinfo:6.7.1"');
  expect(project.read(RELEASE)).toContain('6.7.0');
});

test('--dry-run says what would be written and writes nothing', () => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0' }]);
  const before = project.read(LOCK);
  expect(project.fairlead(['lock', 'set', '--dry-run', 'dev', 'podinfo=6.7.1']).stdout).toContain(`would write ${LOCK}`);
  expect(project.read(LOCK)).toBe(before);
});

test('an entry that is pinned by digest needs the new one', () => {
  project = new LockedProject([{ name: 'dev', tag: `6.7.0@sha256:${'a'.repeat(64)}` }]);
  expect(project.fairlead(['lock', 'set', 'dev', 'podinfo=6.7.1'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7209') });
  expect(project.fairlead(['lock', 'set', 'dev', `podinfo=6.7.1@sha256:${'b'.repeat(64)}`])).toMatchObject({ status: 0 });
  expect(project.read(LOCK)).toContain(`podinfo:6.7.1@sha256:${'b'.repeat(64)}"`);
});

test.each([
  ['an environment of no lock', ['dve', 'podinfo=1'], /FL7204: no lock is of dve\n {2}did you mean dev\?/],
  ['an entry that is not there', ['dev', 'podnifo=1'], /FL7206: gke\/dev has no lock entry podnifo\n {2}did you mean podinfo\?/],
  ['an environment of several clusters', ['prod', 'podinfo=1'], /FL7205: prod is in several clusters: aks, gke\n {2}say which: aks\/prod/],
  ['what sets nothing', ['dev', 'podinfo'], /FL7208/],
  ['what is no version', ['dev', 'podinfo=a b'], /FL7208/],
])('refuses %s', (_, args, message) => {
  project = new LockedProject([
    { name: 'dev', tag: '6.7.0' },
    { name: 'prod', tag: '6.7.0' },
    { cluster: 'aks', name: 'prod', tag: '6.7.0' },
  ]);
  const before = project.read(LOCK);
  const { status, stderr } = project.fairlead(['lock', 'set', ...args]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(message) });
  expect(project.read(LOCK)).toBe(before);
});

test.each([['gke/prod'], ['--cluster=gke', 'prod']])('%s tells which of several clusters is meant', (...args) => {
  project = new LockedProject([
    { name: 'prod', tag: '6.7.0' },
    { cluster: 'aks', name: 'prod', tag: '6.7.0' },
  ]);
  expect(project.fairlead(['lock', 'set', ...args, 'podinfo=6.7.1'])).toMatchObject({ status: 0 });
  expect(project.read('locks/gke/prod/prod.yaml')).toContain('6.7.1');
  expect(project.read('locks/aks/prod/prod.yaml')).toContain('6.7.0');
});

test('conflict marks in a marked file are told with their line, and nothing is written', () => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0' }]);
  project.write(RELEASE, `${project.read(RELEASE)}<<<<<<< HEAD\na: b: c\n`);
  const before = project.read(LOCK);
  expect(project.fairlead(['lock', 'set', 'dev', 'podinfo=6.7.1'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/FL7210: dist.* line \d+/),
  });
  expect(project.read(LOCK)).toBe(before);
});
