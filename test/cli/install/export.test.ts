import { loadAll } from 'js-yaml';
import { installationOf, printObjects } from '../../../src/cli/install/installed-objects';
import { definitions } from '../../../src/cli/uninstall/run-uninstall';
import type { KubeObject } from '../../../src/model/object';

const OPTIONS = { gitUrl: 'git@github.com:acme/environments', gitPath: 'dist/gke', gitBranch: 'main' };

async function exported(more: object = {}): Promise<KubeObject[]> {
  return loadAll(printObjects((await installationOf(undefined, { ...OPTIONS, ...more })).objects)) as KubeObject[];
}

test('the agent and what it follows are one stream, the same each time, in an order in which they can be applied', async () => {
  const { objects } = await installationOf(undefined, OPTIONS);
  expect(printObjects(objects)).toBe(printObjects((await installationOf(undefined, OPTIONS)).objects));
  const order = [...new Set((await exported()).map(({ kind }) => kind))];
  expect(order.slice(0, 2)).toEqual(['CustomResourceDefinition', 'Namespace']);
  expect(order.slice(-3)).toEqual(['Deployment', 'GitRepository', 'Kustomization']);
  const [repository, root] = (await exported()).slice(-2);
  expect(repository).toMatchObject({
    metadata: { name: 'environments', namespace: 'flux-system' },
    spec: { url: 'ssh://git@github.com/acme/environments' },
  });
  expect(root).toMatchObject({ metadata: { name: 'gke' }, spec: { path: './dist/gke', sourceRef: { name: 'environments' } } });
});

test('read-only, elsewhere, of another image', async () => {
  const objects = await exported({ readOnly: true, agentNamespace: 'gitops', image: 'example.com/agent:1' });
  const deployment = objects.find(({ kind }) => kind === 'Deployment')!;
  const [container] = (deployment.spec as { template: { spec: { containers: { image: string; args: string[] }[] } } }).template.spec.containers;
  expect([deployment.metadata.namespace, container?.image]).toEqual(['gitops', 'example.com/agent:1']);
  expect(container?.args).toEqual(expect.arrayContaining(['--git-read-only', '--image-automation=off', '--namespace=gitops']));
});

test('without an address there is nothing to follow', async () => {
  await expect(installationOf(undefined, { gitBranch: 'main' })).rejects.toMatchObject({ code: 'FL7531' });
});

test('the definition of SealedSecrets stays while workloads do: their Secrets would go with it', () => {
  const without = (names: readonly string[]) => names.filter((name) => name !== 'sealedsecrets.bitnami.com');
  expect(without(definitions(true))).toEqual(definitions(false));
  expect(definitions(true)).toContain('sealedsecrets.bitnami.com');
});
