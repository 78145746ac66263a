import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentsRepository } from '../../demo/environments-repository';
import { conditionOf, isReady, until } from '../../demo/observe';
import { AGENT_NAMESPACE, announce } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import { ProcessNode } from '../../src/testbed/process-node/process-node';
import { compiledCli } from '../cli/compiled-cli';
import { AGENT_IMAGES, agentImage } from '../support/agent-image';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { sealExample } from '../support/example-seal';

const run = promisify(execFile);
// Ends before the bed does: hooks run in the order in which they stand.
afterAll(async () => {
  await node?.stop();
  client?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});
const bed = useBed({ registry: false, processImages: AGENT_IMAGES });
const NAME = 'podinfo-environments';
const IMAGE = 'ghcr.io/fairlead/fairlead-agent';
const TIMEOUT_MS = 400_000;
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

let folder: string;
let client: RawKubeClient;
let node: ProcessNode;
let repository: EnvironmentsRepository;
let first: string;

/** The example with an agent in its program, of which nothing is in the cluster but what is committed for the agent. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-upgrade-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  const { url } = await bed().git.createRepository(NAME);
  repository = await EnvironmentsRepository.create(join(folder, NAME), url);
  await client.create(await sealExample(repository, 'gke', { 'gke/dev/basic-auth': { user: 'podinfo', password: 'made up for tests' } }));
  await repository.edit('main.ts', (text) =>
    text
      .replace('import {', 'import {\n  Agent,')
      .replace(/(kubernetesVersion: '1.36' }\);\n)/, '$1new Agent(gke, { image: process.env.AGENT_IMAGE });\n'),
  );
  first = await publish('Environments, and who keeps them', 'one');
  node = ProcessNode.start(bed(), [version('one'), version('two')], { firstBackOffMs: 500 });
  const agent = join(repository.folder, 'dist/gke/_agent');
  // Nothing finds its namespace before that is there.
  await bed().kubectl(['apply', '--server-side', '--filename', join(agent, '_cluster')]);
  await bed().kubectl(['apply', '--server-side', '--filename', join(agent, AGENT_NAMESPACE)]);
}, BUILD_TIMEOUT_MS);

const version = (tag: string) => ({ ...agentImage(), image: `${IMAGE}:${tag}` });

async function publish(message: string, tag: string): Promise<string> {
  process.env.AGENT_IMAGE = `${IMAGE}:${tag}`;
  await repository.synth();
  return repository.push(message);
}

async function tell(): Promise<void> {
  await announce(client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: NAME });
}

/** Waits until every one of these layers, and by default all, is Ready at a commit. */
async function converged(commit: string, isMeant: (name: string) => boolean = () => true): Promise<void> {
  const applied = (object: KubeObject) => (object.status as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision ?? '';
  await until(client, kinds.Kustomization, {}, `layers at ${commit.slice(0, 7)}`, (objects) => {
    const meant = objects.filter(({ metadata }) => isMeant(metadata.name));
    return meant.length > 3 && meant.every((object) => isReady(object) && applied(object).endsWith(commit)) ? true : undefined;
  });
}

const replicasOf = async (name: string, namespace: string) =>
  (await client.get<KubeObject & { spec: { replicas: number } }>({ ...DEPLOYMENT, namespace, name }))?.spec.replicas;

/** Who holds the leases, as soon as it is somebody who may. */
async function leader(isMeant: (holder: string) => boolean = () => true): Promise<string> {
  const lease = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' };
  const selection = { namespace: AGENT_NAMESPACE, fieldSelector: 'metadata.name=kustomize-controller-leader-election' };
  return until(client, lease, selection, 'somebody to hold the leases', (leases) =>
    leases.map(({ spec }) => (spec as { holderIdentity?: string }).holderIdentity).find((holder) => holder && isMeant(holder)),
  );
}

/** What `fairlead logs` prints, run in a process of its own. */
async function logs(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [compiledCli(), 'logs', ...args], { env: { ...process.env, KUBECONFIG: bed().kubeconfig } });
  return stdout;
}

test(
  'an agent that is applied once keeps itself from then on, beside everything else',
  async () => {
    await converged(first);
    const names = (await client.list(kinds.Kustomization, { namespace: AGENT_NAMESPACE })).map(({ metadata }) => metadata.name);
    expect(names).toContain('gke-agent');
    const { metadata } = (await client.get({ ...DEPLOYMENT, namespace: AGENT_NAMESPACE, name: 'fairlead-agent' }))!;
    expect(metadata.labels).toMatchObject({ 'kustomize.toolkit.fluxcd.io/name': 'gke-agent' });
  },
  TIMEOUT_MS,
);

test(
  'a broken version replaces nobody: the one before keeps reconciling, says what is wrong, and takes the fix',
  async () => {
    node.publish({ ...version('broken'), command: [process.execPath, '--eval', 'console.error("cannot find what I need"); process.exit(1)'] });
    const before = await leader();
    const [working] = node.pods;
    await publish('A broken agent', 'broken');
    await tell();
    await until(client, { group: '', version: 'v1', kind: 'Pod' }, { namespace: AGENT_NAMESPACE }, 'the broken one to crash', (pods) =>
      pods.find((pod) => JSON.stringify(pod.status).includes('CrashLoopBackOff')),
    );

    await repository.edit('main.ts', (text) => text.replace('replicaCount: 3', 'replicaCount: 4'));
    const meanwhile = await publish('Four in production', 'broken');
    await tell();
    await converged(meanwhile, (name) => name !== 'gke-agent');
    await until(client, kinds.HelmRelease, { namespace: 'prod' }, 'the release of prod', (releases) => releases.find(isReady));
    expect(await replicasOf('podinfo-prod', 'prod')).toBe(4);
    expect(await leader()).toBe(before);
    expect(await logs()).toContain('cannot find what I need');
    expect(await logs('prod')).toMatch(/info {2}Kustomization\/flux-system\/prod: ready: Applied revision: /);
    expect(await logs('gke-agent', '--workload', '--tail', '1')).toMatch(new RegExp(`^\\[${working!.name}/agent\\] {.*}$`, 'm'));
    const agent = (await client.get({ ...kinds.Kustomization, namespace: AGENT_NAMESPACE, name: 'gke-agent' }))!;
    expect(conditionOf(agent, 'Ready')?.status).not.toBe('True');

    const fixed = await publish('An agent that works', 'two');
    await tell();
    await converged(fixed);
    const { status } = (await client.get<KubeObject & { status: { updatedReplicas: number; readyReplicas: number } }>({
      ...DEPLOYMENT,
      namespace: AGENT_NAMESPACE,
      name: 'fairlead-agent',
    }))!;
    expect(status).toMatchObject({ updatedReplicas: 1, readyReplicas: 1 });
    // The old one may have been the last to write, and is on its way out then.
    await leader((holder) => holder !== before);
  },
  TIMEOUT_MS,
);
