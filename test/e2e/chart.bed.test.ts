import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentsRepository } from '../../demo/environments-repository';
import { conditionOf, isReady, until } from '../../demo/observe';
import { run } from '../../demo/run';
import { AGENT_NAMESPACE, announce } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { type Kind, kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import { ProcessNode } from '../../src/testbed/process-node/process-node';
import { CHART } from '../charts/fairlead-agent';
import { AGENT_IMAGES, agentImage } from '../support/agent-image';
import { auditLines } from '../support/audit-log';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { sealExample } from '../support/example-seal';
import { pushImage } from '../support/registry';

// Ends before the bed does: hooks run in the order in which they stand.
afterAll(async () => {
  await node?.stop();
  client?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});
const bed = useBed({ ssh: true, audit: true, processImages: AGENT_IMAGES });
const NAME = 'podinfo-environments';
const AGENT = `system:serviceaccount:${AGENT_NAMESPACE}:fairlead-agent`;
const TIMEOUT_MS = 400_000;

let folder: string;
let client: RawKubeClient;
let node: ProcessNode;
let repository: EnvironmentsRepository;

/** The example as a team has it, pushed to where nobody lets the agent in yet; a cluster whose agent's namespace takes nothing privileged. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-chart-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  const { url } = await bed().git.createRepository(NAME);
  const image = `${bed().registry}/stefanprodan/podinfo`;
  repository = await EnvironmentsRepository.create(join(folder, NAME), bed().gitOverSsh.url(NAME), image);
  await run(['git', 'remote', 'set-url', 'origin', url], { cwd: repository.folder });
  const secrets = { 'gke/dev/basic-auth': { user: 'podinfo', password: 'a password made up for tests' } };
  await client.create(await sealExample(repository, 'gke', secrets));
  await repository.synth();
  await repository.push('Environments');
  await writeFile(join(folder, 'known_hosts'), bed().gitOverSsh.knownHosts);
  await bed().kubectl(['create', 'namespace', AGENT_NAMESPACE]);
  await bed().kubectl(['label', 'namespace', AGENT_NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
  node = ProcessNode.start(bed(), agentImage(), { firstBackOffMs: 500 });
}, BUILD_TIMEOUT_MS);

function helm(command: 'install' | 'upgrade', ...settings: string[]): Promise<string> {
  const sets = [`git.url=${bed().gitOverSsh.url(NAME)}`, 'git.branch=main', 'git.path=dist/gke', ...settings];
  const hosts = `git.knownHosts=${join(folder, 'known_hosts')}`;
  return bed().helm([
    command,
    'fairlead-agent',
    CHART,
    '--namespace',
    AGENT_NAMESPACE,
    '--set-file',
    hosts,
    ...sets.flatMap((set) => ['--set', set]),
  ]);
}

function untilOf(kind: Kind, name: string, what: string, holds: (object: KubeObject) => boolean): Promise<KubeObject> {
  return until(client, kind, { namespace: AGENT_NAMESPACE, fieldSelector: `metadata.name=${name}` }, `${kind.kind} ${name}: ${what}`, (objects) =>
    objects.find(holds),
  );
}

async function converged(commit: string): Promise<void> {
  const applied = (object: KubeObject) => (object.status as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision ?? '';
  await until(client, kinds.Kustomization, {}, 'all layers', (objects) =>
    objects.length > 3 && objects.every((object) => isReady(object) && applied(object).endsWith(commit)) ? true : undefined,
  );
  await until(client, kinds.HelmRelease, {}, 'all releases', (objects) => (objects.length === 3 && objects.every(isReady) ? true : undefined));
}

const head = async () => (await run(['git', 'rev-parse', 'HEAD'], { cwd: repository.folder })).trim();

/** What the agent asked for in its own name and was not allowed. */
async function refusals(): Promise<string[]> {
  const mine = (await auditLines(bed())).filter(({ user, impersonatedUser }) => user.username === AGENT && impersonatedUser === undefined);
  expect(mine.some(({ responseStatus }) => responseStatus?.code === 201)).toBe(true);
  return [...new Set(mine.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ verb, requestURI }) => `${verb} ${requestURI}`))];
}

test(
  'address, branch and path are enough: the agent says which key to add where, and once it is added the cluster follows Git',
  async () => {
    const notes = await helm('install');
    expect(notes).toContain('kubectl get secret podinfo-environments --namespace flux-system');
    const refused = await untilOf(kinds.GitRepository, NAME, 'refused', (it) => conditionOf(it, 'Ready')?.status === 'False');
    const shown = await bed().kubectl(['get', 'secret', NAME, '--namespace', AGENT_NAMESPACE, '-o', 'jsonpath={.data.identity\\.pub}']);
    const publicKey = Buffer.from(shown, 'base64').toString().trim();
    expect(conditionOf(refused, 'Ready')!.message).toContain(publicKey.split(' ').slice(0, 2).join(' '));
    bed().gitOverSsh.authorize(publicKey);
    await converged(await head());
    await bed().kubectl(['rollout', 'status', 'deployment/fairlead-agent', '--namespace', AGENT_NAMESPACE, '--timeout=120s']);
    const secret = await bed().kubectl(['get', 'secret', 'basic-auth', '--namespace', 'dev', '-o', 'jsonpath={.data.user}']);
    expect(Buffer.from(secret, 'base64').toString()).toBe('podinfo');
    expect(await refusals()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'with accounts to apply as it does with exactly its own rights what it did as cluster-admin, and a rolling update hands over',
  async () => {
    for (const namespace of [AGENT_NAMESPACE, 'dev', 'stg', 'prod']) {
      await bed().kubectl(['create', 'serviceaccount', 'applier', '--namespace', namespace]);
      const account = `--serviceaccount=${namespace}:applier`;
      await bed().kubectl(['create', 'clusterrolebinding', `applier-${namespace}`, '--clusterrole=cluster-admin', account]);
    }
    await helm('upgrade', 'applyAs=applier', 'replicas=2');
    await bed().kubectl(['rollout', 'status', 'deployment/fairlead-agent', '--namespace', AGENT_NAMESPACE, '--timeout=120s']);
    const bindings = JSON.parse(await bed().kubectl(['get', 'clusterrolebindings', '-o', 'json'])) as { items: Binding[] };
    expect(bindings.items.filter(isOfAgent).map(({ roleRef }) => roleRef.name)).toEqual(['fairlead-agent']);

    await repository.edit('main.ts', (text) => text.replace('replicaCount: 3', 'replicaCount: 4'));
    await repository.synth();
    const commit = await repository.push('Four in production');
    await announce(client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: NAME });
    await converged(commit);
    const deployment = await client.get<KubeObject & { spec: { replicas: number } }>({
      ...{ group: 'apps', version: 'v1', kind: 'Deployment' },
      ...{ namespace: 'prod', name: 'podinfo-prod' },
    });
    expect(deployment?.spec.replicas).toBe(4);

    await pushImage(bed().registry, 'stefanprodan/podinfo', 'dev-0123abcd');
    for (const { metadata } of await client.list(kinds.ImageRepository, { namespace: AGENT_NAMESPACE }))
      await announce(client, { ...kinds.ImageRepository, namespace: AGENT_NAMESPACE, name: metadata.name });
    await until(client, kinds.HelmRelease, { namespace: 'dev' }, 'dev with the pushed image', (releases) =>
      releases.find((release) => isReady(release) && JSON.stringify(release.spec).includes('dev-0123abcd')),
    );

    const impersonated = (await auditLines(bed())).filter(({ user, impersonatedUser }) => user.username === AGENT && impersonatedUser !== undefined);
    expect(new Set(impersonated.map(({ impersonatedUser }) => impersonatedUser!.username))).toEqual(
      new Set([AGENT_NAMESPACE, 'dev', 'stg', 'prod'].map((namespace) => `system:serviceaccount:${namespace}:applier`)),
    );
    expect(await refusals()).toEqual([]);
  },
  TIMEOUT_MS,
);

interface Binding {
  readonly roleRef: { readonly name: string };
  readonly subjects?: readonly { readonly name: string; readonly namespace?: string }[];
}

function isOfAgent({ subjects = [] }: Binding): boolean {
  return subjects.some(({ name, namespace }) => name === 'fairlead-agent' && namespace === AGENT_NAMESPACE);
}
