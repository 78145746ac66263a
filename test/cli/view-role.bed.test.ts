import { applyAll, applyCrds } from '../../demo/bootstrap';
import { until } from '../../demo/observe';
import { agentObjects } from '../../src/install/agent-objects';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { useBed } from '../support/bed';
import { runCli } from './live/run-cli';

const bed = useBed({ registry: false, git: false, scheduler: false, kwok: false });
const NAMESPACE = 'dev';
const CLUSTER_ROLE = { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole' };
const TIMEOUT_MS = 180_000;

let client: RawKubeClient;
beforeAll(async () => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await applyCrds(client);
  for (const namespace of ['flux-system', NAMESPACE]) await bed().kubectl(['create', 'namespace', namespace]);
  await applyAll(client, [
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'podinfo', namespace: NAMESPACE },
      spec: { interval: '1m', chartRef: { kind: 'OCIRepository', name: 'podinfo' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'dev', namespace: 'flux-system' },
      spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
    },
  ]);
});
afterAll(() => client?.close());

/** A kubeconfig of somebody who is bound to one of Kubernetes' own roles. */
async function somebody(name: string, ...binding: string[]): Promise<string> {
  await bed().kubectl(['create', 'serviceaccount', name, '--namespace', 'default']);
  await bed().kubectl(['create', ...binding, `--serviceaccount=default:${name}`]);
  return bed().serviceAccountKubeconfig('default', name);
}

async function aggregated(role: string, verb: string): Promise<void> {
  await until(client, CLUSTER_ROLE, { fieldSelector: `metadata.name=${role}` }, `${role} may ${verb}`, ([object]) =>
    (object as unknown as { rules: { apiGroups: string[]; verbs: string[] }[] } | undefined)?.rules.some(
      ({ apiGroups, verbs }) => apiGroups.includes('helm.toolkit.fluxcd.io') && verbs.includes(verb),
    )
      ? true
      : undefined,
  );
}

test(
  'whoever has the ClusterRole view sees what is reconciled once the agent is installed, and changes nothing; with applyAs edit changes it, but writes no status',
  async () => {
    const viewer = await somebody('viewer', 'clusterrolebinding', 'viewer', '--clusterrole=view');
    const before = await runCli(['get', 'all', '--kubeconfig', viewer]);
    expect(before).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('cannot list resource "helmreleases"') });
    expect(await runCli(['tree', 'dev', '--kubeconfig', viewer])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('fairlead-agent-view'),
    });

    await applyAll(
      client,
      agentObjects({ applyAs: 'deployer' }).filter(({ kind }) => kind === 'ClusterRole'),
    );
    await Promise.all([aggregated('view', 'list'), aggregated('edit', 'patch')]);
    const got = await runCli(['get', 'all', '--kubeconfig', viewer]);
    expect(got).toMatchObject({ status: 0, stderr: '' });
    expect(got.stdout).toMatch(/^HelmRelease\n[^\n]*\ndev +podinfo /m);
    const { stdout, stderr } = await runCli(['status', '--kubeconfig', viewer]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\bdev\b/);
    expect(stdout).not.toMatch(/may not be read|forbidden/);

    const patch = ['patch', 'helmrelease', 'podinfo', '--namespace', NAMESPACE, '--type=merge', '--patch={"metadata":{"annotations":{"a":"b"}}}'];
    await expect(bed().kubectl([...patch, '--kubeconfig', viewer])).rejects.toThrow(/forbidden/);
    const editor = await somebody('editor', 'rolebinding', 'editor', '--clusterrole=edit', '--namespace', NAMESPACE);
    await bed().kubectl([...patch, '--kubeconfig', editor]);
    await expect(bed().kubectl([...patch, '--subresource=status', '--kubeconfig', editor])).rejects.toThrow(/forbidden/);
  },
  TIMEOUT_MS,
);
