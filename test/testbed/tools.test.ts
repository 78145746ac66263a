import { TOOLS, type ToolName, toolOf } from '../../src/testbed/tools';

const names = (Object.keys(TOOLS) as ToolName[]).filter((name) => toolOf(name).folder === undefined);

test.each(names)('%s is a package of its module, at an exact version', (name) => {
  const tool = toolOf(name);
  expect(`${tool.package}/`).toMatch(new RegExp(`^${tool.module}/`));
  expect(tool.version).toMatch(/^v\d+\.\d+\.\d+$/);
});

test('a program of our own has the digest of its sources for a version', () => {
  expect(toolOf('ssh-server').version).toMatch(/^[0-9a-f]{12}$/);
});

test('programs of one module have one version', () => {
  const versions = new Map<string, Set<string>>();
  for (const tool of names.map(toolOf)) versions.set(tool.module, (versions.get(tool.module) ?? new Set()).add(tool.version));
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

test('staging modules of Kubernetes have its version below v0', () => {
  expect(names.filter((name) => toolOf(name).stagingVersion !== undefined)).toEqual([
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'kubectl',
  ]);
  expect(toolOf('kubectl')).toMatchObject({ version: 'v1.36.3', stagingVersion: 'v0.36.3' });
});
