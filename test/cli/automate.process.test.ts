import { parseLock } from '../../src/model/lock';
import { LockedProject } from './locked-project';

let project: LockedProject;
beforeEach(() => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0', hello: 'abc' }]);
});
afterEach(() => project.remove());

const LOCK = 'locks/gke/dev/dev.yaml';
const holds = () => Object.fromEntries(parseLock(project.read(LOCK)).holds);

test('off holds every entry of an environment, with who and when', () => {
  const { status, stdout } = project.fairlead(['automate', 'off', 'dev', '--reason', 'frozen until\nthe launch: really']);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining(`changed ${LOCK}: it takes effect once it is committed and pushed`),
  });
  const hold = { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), by: 'Alice', reason: 'frozen until the launch: really' };
  expect(holds()).toEqual({ 'images/hello': hold, 'images/podinfo': hold });
});

test('off by name holds that one, and again it stays as it is', () => {
  project.fairlead(['automate', 'off', 'dev', 'podinfo', '--reason', 'first']);
  const { stdout } = project.fairlead(['automate', 'off', 'dev', '--reason', 'second']);
  expect(stdout).toContain('images/podinfo: was held already, since');
  expect(holds()).toMatchObject({ 'images/hello': { reason: 'second' }, 'images/podinfo': { reason: 'first' } });
});

test.each([
  ['automate on', ['automate', 'on', 'dev', 'podinfo']],
  ['release-hold', ['release-hold', 'dev', 'podinfo']],
])('%s releases the hold of what it names, and the versions stay', (_, args) => {
  const before = project.read(LOCK);
  project.fairlead(['automate', 'off', 'dev']);
  expect(project.fairlead(args)).toMatchObject({ status: 0, stdout: expect.stringContaining('images/podinfo: released, was held since') });
  expect(Object.keys(holds())).toEqual(['images/hello']);
  project.fairlead(['release-hold', 'dev']);
  expect(project.read(LOCK)).toBe(before);
});

test('what is not held needs no change', () => {
  expect(project.fairlead(['release-hold', 'dev'])).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to change') });
});

test('--dry-run changes nothing', () => {
  const before = project.read(LOCK);
  expect(project.fairlead(['automate', 'off', 'dev', '--dry-run']).stdout).toContain(`would change ${LOCK}`);
  expect(project.read(LOCK)).toBe(before);
});

test('neither on nor off is refused', () => {
  expect(project.fairlead(['automate', 'maybe', 'dev'])).toMatchObject({ status: 1, stderr: expect.stringContaining('on, off') });
});
