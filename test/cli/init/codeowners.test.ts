import { withOwners } from '../../../src/cli/init/codeowners';
import type { OwnedNamespace } from '../../../src/synth/owners';

const web: OwnedNamespace = { cluster: 'gke', layer: 'apps', namespace: 'web', owners: ['@acme/web', '@alice'] };
const written = (existing: string | undefined, namespaces: readonly OwnedNamespace[], prefix = '') =>
  withOwners(existing, namespaces, { prefix, output: 'dist' });
const BLOCK = `# Begin: teams of this repository, written by fairlead init --codeowners
/dist/gke/apps/web/ @acme/web @alice
/locks/gke/apps/web.yaml @acme/web @alice
/secrets/gke/web/ @acme/web @alice
# End: teams of this repository
`;

test('a team owns what its namespace is, its versions and its secrets', () => {
  expect(written(undefined, [web])).toBe(BLOCK);
});

test('without teams there is nothing to write, and what was written goes', () => {
  expect(written(undefined, [])).toBeUndefined();
  expect(written('* @acme/all\n', [])).toBe('* @acme/all\n');
  expect(written(`* @acme/all\n${BLOCK}/docs/ @bob\n`, [])).toBe('* @acme/all\n/docs/ @bob\n');
});

test('what others wrote stays where it is, before and after', () => {
  const existing = written('* @acme/all', [web])!;
  expect(existing).toBe(`* @acme/all\n${BLOCK}`);
  const changed = written(`${existing}/docs/ @bob\n`, [{ ...web, owners: ['@carol'] }])!;
  expect(changed).toBe(`* @acme/all\n${BLOCK.replaceAll('@acme/web @alice', '@carol')}/docs/ @bob\n`);
});

test('programs of several folders have blocks of their own', () => {
  const both = written(written(undefined, [web]), [web], 'deploy/k8s/')!;
  expect(both).toContain('/deploy/k8s/dist/gke/apps/web/ @acme/web @alice\n');
  expect(written(both, [], 'deploy/k8s/')).toBe(BLOCK);
});
