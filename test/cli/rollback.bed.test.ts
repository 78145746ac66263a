import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from '../../demo/bootstrap';
import { isReady, until } from '../../demo/observe';
import { AGENT_NAMESPACE, annotate } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import { annotations } from '../../src/model/labels';
import { parseLock } from '../../src/model/lock';
import type { KubeObject } from '../../src/model/object';
import { endGroup, launch } from '../../src/testbed/leash';
import { useBed } from '../support/bed';
import { compiledCli } from './compiled-cli';
import { type LockedEnvironment, LockedProject } from './locked-project';

const bed = useBed({ registry: false });
const TIMEOUT_MS = 400_000;
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const POD = { group: '', version: 'v1', kind: 'Pod' };

/** The compiled command line has none beside it. */
const ENGINE = { FAIRLEAD_ENGINE: join(__dirname, '../../engine/bin/fairlead-engine') };

let project: LockedProject;
let client: RawKubeClient;
let folder: string | undefined;
let agent: ReturnType<typeof launch>;

beforeAll(async () => {
  const { url } = await bed().git.createRepository('environments');
  project = new LockedProject(
    [
      { name: 'dev', tag: 'one' },
      { name: 'rel', tag: 'one' },
      { name: 'plain', hello: 'one' },
      { name: 'stuck', tag: 'one' },
    ],
    '',
    url,
  );
  cpSync(join(__dirname, '../../examples/podinfo/charts'), join(project.root, 'charts'), { recursive: true });
  project.push();
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await bootstrap(client, join(project.root, 'dist/gke/_sync'));
  folder = mkdtempSync(join(tmpdir(), 'fairlead-agent-'));
  const args = [compiledCli(), 'agent', '--kubeconfig', bed().kubeconfig, '--data-dir', folder];
  agent = launch({ program: process.execPath, args, folder, log: join(folder, 'agent.log'), env: { ...process.env, ...ENGINE }, leashed: true });
  for (const layer of ['dev', 'rel', 'plain', 'stuck']) await applied(layer, project.git('rev-parse', 'HEAD').trim());
}, TIMEOUT_MS);

afterAll(async () => {
  if (agent?.pid !== undefined && agent.exitCode === null && agent.signalCode === null) {
    const ended = once(agent, 'exit');
    endGroup(agent.pid);
    await ended;
  }
  client?.close();
  project?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Waits until a layer is Ready at a commit. */
function applied(layer: string, commit: string): Promise<KubeObject> {
  return until(client, kinds.Kustomization, { namespace: AGENT_NAMESPACE }, `${layer} at ${commit.slice(0, 7)}`, (all) =>
    all.find(
      (one) => one.metadata.name === layer && isReady(one) && (one.status as { lastAppliedRevision?: string }).lastAppliedRevision?.endsWith(commit),
    ),
  );
}

async function announce(): Promise<void> {
  const source = { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: 'environments' };
  await annotate(client, source, { [annotations.requestedAt]: `${Date.now()} ${Math.random()}` });
}

/** Pushes another version and waits until it runs. */
async function goTo(environment: LockedEnvironment): Promise<void> {
  project.git('pull', '--quiet', '--rebase', 'origin', 'main');
  project.set([environment]);
  const commit = project.push(`${environment.name} changes`);
  await announce();
  await applied(environment.name, commit);
}

/** Waits until a Deployment's Pods run an image. */
async function runs(namespace: string, image: string): Promise<void> {
  await until(client, POD, { namespace }, `Pods of ${image}`, (pods) => {
    const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const images = staying.map((pod) => (pod.spec as { containers: { image: string }[] }).containers[0].image);
    return images.length > 0 && images.every((one) => one === image) ? true : undefined;
  });
}

const fairlead = (...args: string[]) => project.fairlead([...args, '--kubeconfig', bed().kubeconfig], ENGINE);

/** Runs the commands that a rollback at once leaves for later. */
async function later(stdout: string): Promise<void> {
  const words = (line: string) => line.split(' ').map((word) => word.replaceAll("'", ''));
  project.git(...words(/^ {2}git (push .*)$/m.exec(stdout)?.[1] ?? ''));
  await announce();
  for (const [, line] of stdout.matchAll(/^ {2}kubectl (.*)$/gm)) await bed().kubectl(words(line));
  project.git('pull', '--quiet', 'origin', 'main');
}

async function helmHistory(name: string, namespace: string): Promise<{ revision: number; status: string; description: string }[]> {
  return JSON.parse(await bed().helm(['history', name, '-n', namespace, '-o', 'json']));
}

test(
  'by default an environment goes back to the last version that was Ready there, and stays',
  async () => {
    await goTo({ name: 'dev', tag: 'two' });
    await runs('dev', 'docker.io/stefanprodan/podinfo:two');
    expect(JSON.parse(fairlead('images', 'dev', '-o', 'json').stdout)).toMatchObject([{ entry: 'images/podinfo', running: ['two'], locked: 'two' }]);

    const { status, stdout, stderr } = fairlead('rollback', 'dev', '--reason', 'loses orders');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/images\/podinfo +two +one/);
    project.git('pull', '--quiet', 'origin', 'main');
    expect(parseLock(project.read('locks/gke/dev/dev.yaml')).holds.get('images/podinfo')).toMatchObject({
      reason: 'rolled back from two: loses orders',
    });
    await announce();
    await applied('dev', project.git('rev-parse', 'HEAD').trim());
    await runs('dev', 'docker.io/stefanprodan/podinfo:one');

    // What it was rolled back from was Ready before: it is no target.
    expect(fairlead('rollback', 'dev')).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7253: images/podinfo is held') });
  },
  TIMEOUT_MS,
);

test(
  'with Git down a release goes back at once, stays there, and the commit is pushed later',
  async () => {
    await goTo({ name: 'rel', tag: 'two' });
    project.git('remote', 'set-url', 'origin', 'http://127.0.0.1:9/none');
    const { status, stdout, stderr } = fairlead('rollback', 'rel', '--now');
    project.git('remote', 'set-url', 'origin', `${bed().git.url}/environments.git`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await runs('rel', 'docker.io/stefanprodan/podinfo:one');
    expect((await helmHistory('podinfo', 'rel')).at(-1)).toMatchObject({ revision: 3, status: 'deployed', description: 'Rollback to 1' });

    expect(fairlead('rollback', 'rel', '--now')).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7250') });

    // A visit of the agent changes nothing.
    await announce();
    const id = { ...kinds.HelmRelease, namespace: 'rel', name: 'podinfo' };
    await annotate(client, id, { [annotations.requestedAt]: 'now' });
    expect((await client.get(id))?.spec).toMatchObject({ suspend: true, values: { image: { tag: 'two' } } });

    await later(stdout);
    expect(project.read('locks/gke/rel/rel.yaml')).toContain('podinfo:one"');
    await until(client, kinds.HelmRelease, { namespace: 'rel' }, 'the release to be Ready', (all) => all.find(isReady));
    expect(await helmHistory('podinfo', 'rel')).toHaveLength(3);
  },
  TIMEOUT_MS,
);

test(
  'with Git down plain workloads go back at once, and their fields stay those of the Kustomization',
  async () => {
    await goTo({ name: 'plain', hello: 'two' });
    const before = project.git('rev-parse', 'HEAD').trim();
    const { status, stdout, stderr } = fairlead('rollback', 'plain', 'hello', '--now');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(project.git('ls-remote', 'origin', 'main')).toContain(before);
    await runs('plain', 'ghcr.io/acme/hello:one');
    const deployment = await client.get({ ...DEPLOYMENT, namespace: 'plain', name: 'hello' });
    expect(deployment?.metadata.managedFields?.filter(({ operation }) => operation === 'Apply').map(({ manager }) => manager)).toEqual([
      'kustomize-controller',
    ]);
    expect(deployment?.metadata.labels).toMatchObject({ 'kustomize.toolkit.fluxcd.io/name': 'plain' });

    await later(stdout);
    await applied('plain', project.git('rev-parse', 'HEAD').trim());
    await runs('plain', 'ghcr.io/acme/hello:one');
  },
  TIMEOUT_MS,
);

test(
  'an upgrade that is under way is let go of, and what never became Ready is no target',
  async () => {
    await bed().kubectl(['-n', 'stuck', 'create', 'quota', 'nothing-new', '--hard=pods=1']);
    project.git('pull', '--quiet', '--rebase', 'origin', 'main');
    project.set([{ name: 'stuck', tag: 'two' }]);
    project.push('A version that cannot start');
    await announce();
    await until(client, { group: '', version: 'v1', kind: 'Secret' }, { namespace: 'stuck' }, 'the upgrade to begin', (all) =>
      all.find(({ metadata }) => metadata.labels?.status === 'pending-upgrade'),
    );
    expect(fairlead('rollback', 'stuck', '--dry-run').stdout).toMatch(/images\/podinfo +two +one/);

    const { status, stdout, stderr } = fairlead('rollback', 'stuck', '--now');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const history = await helmHistory('podinfo', 'stuck');
    expect(history.map((one) => one.status)).toEqual(['superseded', 'failed', 'deployed']);
    await runs('stuck', 'docker.io/stefanprodan/podinfo:one');
    await later(stdout);
    await until(client, kinds.HelmRelease, { namespace: 'stuck' }, 'the release to be Ready', (all) => all.find(isReady));
    expect(await helmHistory('podinfo', 'stuck')).toHaveLength(3);
  },
  TIMEOUT_MS,
);

test('--now that finds no earlier version changes nothing', async () => {
  const { status, stderr } = fairlead('rollback', 'rel', '--now', '--to', 'never');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining('FL7250: release rel/podinfo has no earlier revision that was deployed with never'),
  });
  expect((await client.get({ ...kinds.HelmRelease, namespace: 'rel', name: 'podinfo' }))?.spec).not.toHaveProperty('suspend');
});
