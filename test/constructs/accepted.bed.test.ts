import { allCrds } from '../../src/cli/crds';
import { useBed } from '../support/bed';
import { fleet } from './fleet';
import { synthTree, type Tree } from './programs';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });

const listOf = (objects: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

let tree: Tree;
beforeAll(async () => {
  tree = synthTree(fleet);
  await bed().kubectl(['apply', '--server-side', '-f', '-'], { input: await allCrds() });
  await bed().kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=90s']);
});

test('an API server takes every object, and drops no field of it', async () => {
  const namespaces = ['flux-system', 'shop', 'hello'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await bed().kubectl(['apply', '--server-side', '-f', '-'], { input: listOf(namespaces) });
  const applied = await bed().kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', '-o', 'name', '-f', '-'], {
    input: listOf(Object.values(tree)),
  });
  expect(applied.trim().split('\n')).toHaveLength(Object.keys(tree).length);
});

test('nulls in values are kept, since they take away defaults of the chart', async () => {
  const release = JSON.parse(await bed().kubectl(['get', 'helmrelease', 'old', '--namespace', 'shop', '-o', 'json'])) as { spec: unknown };
  expect(release.spec).toMatchObject(tree['gke/apps/shop/helmrelease.helm.toolkit.fluxcd.io-old.yaml'].spec);
});
