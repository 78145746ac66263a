import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { until } from '../../demo/observe';
import { createAutomationReconciler } from '../../src/agent/image/automation-reconciler';
import type { Reconciler } from '../../src/agent/runtime/types';
import { createSourceRoom } from '../../src/agent/source/room';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import { annotations, DERIVED, labels } from '../../src/model/labels';
import { idOf, type KubeObject } from '../../src/model/object';
import type { VersionRef } from '../../src/model/version-ref';
import { createEngine } from '../../src/render/engine';
import { editTree } from '../../src/synth/law';
import { runCommand } from '../../src/testbed/command';
import { compiledCli } from '../cli/compiled-cli';
import { AGENT_NAMESPACE, createRuntime, installKinds } from '../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { FluxImageAutomation } from '../support/flux-image-automation';

const CREDENTIALS = { username: 'fleet', password: 'correct-horse' };
const COMMIT = 'gke-commit';
const PULL_REQUEST = 'gke-pull-request';
const REVIEW_BRANCH = `fairlead/${PULL_REQUEST}`;

const IMAGE = 'localhost:5000/acme/app';
const STG: VersionRef = { name: IMAGE, tag: '1.10', digest: `sha256:${'5'.repeat(64)}` };
const PROD: VersionRef = { name: IMAGE, tag: '1.0.1' };

type Tree = ReadonlyMap<string, string>;

let root: string;
let bare: string;
let client: RawKubeClient;
/** What was synthesized at first. */
let synthesized: string;
let automations: ReadonlyMap<string, KubeObject>;

afterAll(() => {
  client?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 10 });
});
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, git: CREDENTIALS });

beforeAll(async () => {
  await installKinds(bed(), [kinds.GitRepository, kinds.ImageRepository, kinds.ImagePolicy, kinds.ImageUpdateAutomation]);
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await bed().bin('image-automation-controller');
  await synthesize();

  const literals = Object.entries(CREDENTIALS).map(([key, value]) => `--from-literal=${key}=${value}`);
  await bed().kubectl(['create', 'secret', 'generic', 'fleet', '--namespace', AGENT_NAMESPACE, ...literals]);
  const objects = [...(await treeAt('main'))]
    .filter(([path]) => /^dist\/gke\/_sync\/.*\/gitrepository|^dist\/[^/]+\/_images\//.test(path))
    .map(([, text]) => load(text) as KubeObject);
  automations = new Map(objects.filter(({ kind }) => kind === kinds.ImageUpdateAutomation.kind).map((it) => [it.metadata.name, it]));
  for (const object of objects) if (!automations.has(object.metadata.name)) await apply(object);
  // The others are of clusters of their own, whose policies come to the same tags.
  for (const cluster of ['gke', 'eks', 'aks', 'on-prem']) {
    await choose(`${cluster}-stg-app`, STG);
    await choose(`${cluster}-prod-app`, PROD);
    await choose(`${cluster}-derived-app`, { name: IMAGE, tag: '1.2.0' });
  }
}, BUILD_TIMEOUT_MS);

test('what Flux cannot say matches no tag under Flux, and what is computed with is none of its automation', async () => {
  for (const name of ['gke-dev-app', 'gke-clean-app']) {
    const { metadata, spec } = await policy(name);
    expect(spec).toMatchObject({ filterTags: { pattern: '^$' } });
    expect(metadata.annotations).toHaveProperty([annotations.imageRule]);
    expect(metadata.labels).toMatchObject({ [labels.automation]: COMMIT });
  }
  expect((await policy('gke-derived-app')).metadata.labels).toMatchObject({ [labels.automation]: COMMIT + DERIVED });
});

/** Trees that Flux's controller pushed. */
const byFlux = { main: '', review: '', message: '' };

test("Flux's controller makes of the repository what our edit makes of it, and touches no other cluster", async () => {
  const before = await treeAt('main');
  const flux = await FluxImageAutomation.start(bed(), AGENT_NAMESPACE);
  try {
    await automate(COMMIT);
    const main = await treeAt('main');
    expect(changes(main, editTree(before, new Map([[`${AGENT_NAMESPACE}:gke-stg-app`, STG]])))).toEqual([]);
    expect(changes(before, main)).toEqual(['dist/gke/stg/stg/deployment.apps-app.yaml', 'locks/gke/stg/stg.yaml']);

    await automate(PULL_REQUEST);
    const review = await treeAt(REVIEW_BRANCH);
    expect(changes(review, editTree(main, new Map([[`${AGENT_NAMESPACE}:gke-prod-app`, PROD]])))).toEqual([]);
    expect(changes(main, review)).toEqual(['dist/gke/prod/prod/deployment.apps-app.yaml', 'locks/gke/prod/prod.yaml']);
    Object.assign(byFlux, { main: await onServer('rev-parse', 'main^{tree}'), review: await onServer('rev-parse', `${REVIEW_BRANCH}^{tree}`) });
    byFlux.message = await onServer('log', '-1', '--format=%an <%ae>%n%B', 'main');
    for (const name of [COMMIT, PULL_REQUEST]) await client.delete({ ...kinds.ImageUpdateAutomation, namespace: AGENT_NAMESPACE, name });
    await until(client, kinds.ImageUpdateAutomation, { namespace: AGENT_NAMESPACE }, 'no automation', (left) => left.length === 0 || undefined);
  } finally {
    await flux.stop();
  }
}, 300_000);

test('a synth after it changes nothing, before and after the pull request is merged', async () => {
  for (const branch of ['main', REVIEW_BRANCH]) {
    await git('pull', '--quiet', '--ff-only', bare, branch);
    expect(fairlead('synth', '--check')).toMatchObject({ status: 0 });
    expect(fairlead('synth').stdout).toContain('0 written, 0 removed');
    expect(await git('status', '--porcelain')).toBe('');
  }
});

test('our agent pushes the same trees, with the same message', async () => {
  await onServer('update-ref', 'refs/heads/main', synthesized);
  await onServer('update-ref', '-d', `refs/heads/${REVIEW_BRANCH}`);
  const runtime = createRuntime(bed(), join(root, '.agent'));
  const engine = createEngine();
  const sources = createSourceRoom(runtime);
  for (const reconciler of sources.reconcilers) runtime.reconcile(reconciler);
  const asTheTestSays: Reconciler = { kind: kinds.ImagePolicy, leases: [], reconcile: async () => ({ type: 'unchanged' }) };
  runtime.reconcile(asTheTestSays);
  runtime.reconcile(createAutomationReconciler(runtime, sources.git, engine));
  await runtime.start();
  try {
    await automate(COMMIT);
    expect(await onServer('log', '-1', '--format=%an <%ae>%n%B', 'main')).toBe(byFlux.message);
    expect(await onServer('rev-parse', 'main^{tree}')).toBe(byFlux.main);
    await automate(PULL_REQUEST);
    expect(await onServer('rev-parse', `${REVIEW_BRANCH}^{tree}`)).toBe(byFlux.review);
  } finally {
    await runtime.stop();
    sources.close();
    await engine.close();
  }
}, 300_000);

/** The program of four clusters, synthesized and pushed. */
async function synthesize(): Promise<void> {
  const { url, path } = await bed().git.createRepository('fleet');
  bare = path;
  root = mkdtempSync(join(tmpdir(), 'fairlead-fleet-'));
  symlinkSync(join(__dirname, '../../node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'main.ts'),
    `process.env.REPOSITORY_URL = ${JSON.stringify(url)};\n${readFileSync(join(__dirname, 'four-clusters.ts'), 'utf8')}`,
  );
  writeFileSync(join(root, 'cdk8s.yaml'), 'language: typescript\napp: fairlead synth main.ts\n');
  writeFileSync(join(root, '.gitignore'), 'node_modules\n.agent\n');
  expect(fairlead('synth')).toMatchObject({ status: 0, stderr: expect.stringContaining('/data/banner') });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Synthesized');
  await git('push', '--quiet', bare, 'main');
  synthesized = await git('rev-parse', 'HEAD');
}

function fairlead(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, CI: undefined, CDK8S_OUTDIR: undefined };
  return spawnSync(process.execPath, [compiledCli(), ...args], { cwd: root, encoding: 'utf8', env });
}

/** Applies an automation as it was synthesized, and waits until it has pushed. */
async function automate(name: string): Promise<void> {
  await apply(automations.get(name)!);
  await until(client, kinds.ImageUpdateAutomation, { namespace: AGENT_NAMESPACE }, `${name} to push`, (found) =>
    found.find(({ metadata, status }) => metadata.name === name && (status as { lastPushCommit?: string } | undefined)?.lastPushCommit !== undefined),
  );
}

async function apply(object: KubeObject): Promise<void> {
  await client.apply(idOf(object), JSON.stringify(object), { fieldManager: 'kubectl' });
}

/** What an ImagePolicy's controller would say of it. */
async function choose(name: string, latestRef: VersionRef): Promise<void> {
  const patch = JSON.stringify({ status: { latestRef } });
  await bed().kubectl(['patch', 'imagepolicy', name, '--namespace', AGENT_NAMESPACE, '--subresource=status', '--type=merge', '--patch', patch]);
}

async function policy(name: string): Promise<KubeObject> {
  return JSON.parse(await bed().kubectl(['get', 'imagepolicy', name, '--namespace', AGENT_NAMESPACE, '--output=json'])) as KubeObject;
}

/** Every file of a branch on the server. */
async function treeAt(branch: string): Promise<Tree> {
  const paths = (await onServer('ls-tree', '-r', '-z', '--name-only', branch)).split('\0').filter(Boolean);
  const texts = await Promise.all(paths.map((path) => runCommand('git', ['--git-dir', bare, 'show', `${branch}:${path}`])));
  return new Map(paths.map((path, index) => [path, texts[index]]));
}

function changes(before: Tree, after: Tree): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

async function git(...args: string[]): Promise<string> {
  const person = ['-c', 'user.name=People', '-c', 'user.email=people@example.com', '-c', 'commit.gpgsign=false'];
  return (await runCommand('git', ['-C', root, ...person, ...args])).trim();
}

async function onServer(...args: string[]): Promise<string> {
  return (await runCommand('git', ['--git-dir', bare, ...args])).trim();
}
