import { waitRole } from '../../../src/cli/wait/wait-role';
import { watchedFor } from '../../../src/cli/wait/watched';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const roles = waitRole({ agentNamespace: 'flux-system', namespace: 'dev' }).filter(({ kind }) => kind === 'Role');

test('it reads, and nothing else', () => {
  const rules = roles.flatMap((role) => role.rules as readonly Rule[]);
  expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(['get', 'list', 'watch']);
  expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
});

test('every kind that is watched is allowed, and no other', () => {
  const allowed = (namespace: string) =>
    roles
      .filter(({ metadata }) => metadata.namespace === namespace)
      .flatMap((role) => role.rules as readonly Rule[])
      .flatMap(({ apiGroups, resources }) => resources.map((one) => `${apiGroups[0]}/${one}`));
  for (const namespace of ['flux-system', 'dev']) {
    const watched = watchedFor('flux-system', 'dev').filter(({ selection }) => selection.namespace === namespace);
    const plurals = watched.map(({ kind }) => `${kind.group}/${kind.kind.toLowerCase().replace(/y$/, 'ie')}s`);
    expect(allowed(namespace).sort()).toEqual([...new Set(plurals)].sort());
  }
});

test('in the namespace of the agent itself one Role is enough', () => {
  expect(waitRole({ agentNamespace: 'a', namespace: 'a' }).map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
});
