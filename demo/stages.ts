import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kinds } from '../src/model/kinds';
import type { KubeObject } from '../src/model/object';
import { applySync, layFoundations } from './bootstrap';
import { conditionOf, until } from './observe';
import { run } from './run';
import {
  AGENT_NAMESPACE,
  announce,
  announcePush,
  CLUSTER,
  confirmDeletion,
  deletionPlan,
  layerReady,
  messageOf,
  podsReady,
  releaseReady,
  revisionOf,
  type World,
} from './world';

const IMAGE_REPOSITORY = { ...kinds.ImageRepository, namespace: AGENT_NAMESPACE };
const SECRET = { group: '', version: 'v1', kind: 'Secret' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const HOTFIX = "new PodinfoEnvironment(gke, 'hotfix', { select: newest('hotfix-*'), initial: '0.4.10' });";

export async function prepareCluster({ narrator, client }: World, startAgent: () => void): Promise<void> {
  await layFoundations(client);
  narrator.say('applied the CRDs, once');
  startAgent();
  narrator.say('the agent runs');
}

/** @param certificateUrl where the agent serves what secrets are sealed with */
export async function sealPassword({ narrator, repository }: World, certificateUrl: string): Promise<string> {
  await served(certificateUrl);
  narrator.say(await repository.runFairlead('seal', 'cert', CLUSTER, '--cert', certificateUrl));
  const password = randomBytes(12).toString('base64url');
  const sealed = ['seal', 'gke/dev/basic-auth', '--from-literal', 'user=podinfo', '--from-literal'];
  narrator.say(`fairlead ${sealed.join(' ')} password=…`);
  narrator.say(await repository.runFairlead(...sealed, `password=${password}`));
  return password;
}

const KEY_MS = 60_000;

/** The agent makes its first key when it starts, which takes a moment; where somebody else unseals it makes none, and says so. */
async function served(url: string): Promise<void> {
  for (const last = Date.now() + KEY_MS; ; await sleep(100)) {
    const { ok, said } = await fetch(url).then(
      async (answer) => ({ ok: answer.ok, said: await answer.text() }),
      (error: Error) => ({ ok: false, said: error.message }),
    );
    if (ok) return;
    if (Date.now() > last) throw new Error(`the agent gives no certificate to seal with: ${said.trim()}`);
  }
}

/** Gives the commit. */
export async function synthesizeAndPush({ narrator, repository }: World): Promise<string> {
  narrator.say(await repository.synth());
  const commit = await repository.push('Environments dev, stg and prod');
  narrator.say(`committed and pushed ${commit.slice(0, 7)}`);
  return commit;
}

/** @param password that the Secret in dev must have */
export async function converge(world: World, commit: string, password: string): Promise<void> {
  const { narrator, client, repository } = world;
  await applySync(client, join(repository.folder, 'dist', CLUSTER, '_sync'));
  narrator.say(`applied dist/${CLUSTER}/_sync, once`);
  for (const [environment, name] of world.releases) {
    // A cluster that was kept has releases that are Ready at what was before.
    await layerReady(world, environment, commit);
    const release = await releaseReady(world, environment, name, 1);
    narrator.say(`${environment}: ${messageOf(release)}`);
  }
  const pods = { dev: 1, stg: 2, prod: 3 };
  for (const [environment, count] of Object.entries(pods)) await podsReady(world, environment, count);
  narrator.say(
    `all Pods are Ready: ${Object.entries(pods)
      .map(([environment, count]) => `${count} in ${environment}`)
      .join(', ')}`,
  );
  await passwordUnsealed(world, password);
}

/** That the release reads the Secret, and that it holds what was sealed. */
async function passwordUnsealed({ client, narrator }: World, password: string): Promise<void> {
  const secret = await client.get<KubeObject & { readonly data?: { readonly [key: string]: string } }>({
    ...SECRET,
    namespace: 'dev',
    name: 'basic-auth',
  });
  if (Buffer.from(secret?.data?.password ?? '', 'base64').toString() !== password) throw new Error('dev/basic-auth does not hold what was sealed');
  const deployments = await client.list(DEPLOYMENT, { namespace: 'dev' });
  if (!deployments.some((deployment) => JSON.stringify(deployment.spec).includes('"name":"basic-auth"')))
    throw new Error('no Deployment of dev reads basic-auth');
  narrator.say('dev: the Secret basic-auth holds what was sealed, and the Deployment reads it');
}

export async function pushImage(world: World, imageRepository: string): Promise<void> {
  const { narrator, client, repository, releases } = world;
  const before = revisionOf(await releaseReady(world, 'dev', releases.get('dev')!, 1));
  const pushed = await run([join(repository.folder, 'hack', 'ci-mock'), '-r', imageRepository, '-b', 'dev']);
  narrator.say(`hack/ci-mock -b dev: ${pushed.trim()}`);
  const image = /pushed (\S+)/.exec(pushed)![1];
  for (const { metadata } of await client.list(kinds.ImageRepository, { namespace: AGENT_NAMESPACE }))
    await announce(client, { ...IMAGE_REPOSITORY, name: metadata.name });
  const release = await releaseReady(world, 'dev', releases.get('dev')!, before + 1);
  await until(client, { group: '', version: 'v1', kind: 'Pod' }, { namespace: 'dev' }, `a Pod of ${image}`, (pods) =>
    pods.find((pod) => runs(pod, image)),
  );
  narrator.say(`dev: ${messageOf(release)}, and its Pod runs that image`);
  narrator.say(`committed by the agent:\n${(await repository.pull()).trim()}`);
  narrator.say(`synthesizing again changes nothing: ${await repository.synth()}`);
}

export async function changeValue(world: World): Promise<void> {
  const { narrator, repository } = world;
  await repository.edit('main.ts', (text) => text.replace(/(values: \{ replicaCount: )3( \})/, '$14$2'));
  narrator.say('main.ts: prod gets replicaCount 4 instead of 3');
  narrator.say(await repository.synth());
  const commit = await repository.push('Four replicas in prod');
  await announcePush(world.client);
  const release = await releaseReady(world, 'prod', world.releases.get('prod')!, 2);
  await layerReady(world, 'prod', commit);
  await podsReady(world, 'prod', 4);
  narrator.say(`prod: ${messageOf(release)}, 4 Pods are Ready`);
  await sayRevisions(world);
}

export async function changeChart(world: World): Promise<void> {
  const { narrator, repository } = world;
  await repository.edit('charts/podinfo/templates/deployment.yaml', (text) =>
    text.replace(/^(\s+)containers:\n/m, '$1terminationGracePeriodSeconds: 20\n$1containers:\n'),
  );
  narrator.say('charts/podinfo: the Deployment template gets terminationGracePeriodSeconds; Chart.yaml keeps its version');
  const before = await revisionsOf(world);
  await repository.push('Give podinfo 20 seconds to end');
  await announcePush(world.client);
  for (const [environment, name] of world.releases) {
    const release = await releaseReady(world, environment, name, before.get(environment)! + 1);
    narrator.say(`${environment}: ${messageOf(release)}`);
  }
  await until(world.client, DEPLOYMENT, { namespace: 'dev' }, 'the new template in dev', (objects) => objects.find(hasGracePeriod));
  await sayRevisions(world);
}

export async function addEnvironment(world: World): Promise<void> {
  const { narrator, repository } = world;
  await repository.edit('main.ts', (text) => text.replace('platform.synth();', `${HOTFIX}\nplatform.synth();`));
  narrator.say(`main.ts: ${HOTFIX}`);
  narrator.say(await repository.synth());
  const commit = await repository.push('Environment hotfix');
  await announcePush(world.client);
  await layerReady(world, 'hotfix', commit);
  const release = await releaseReady(world, 'hotfix', 'podinfo-hotfix', 1);
  await podsReady(world, 'hotfix', 1);
  narrator.say(`hotfix: ${messageOf(release)}, its Pod is Ready`);
}

export async function removeEnvironment(world: World): Promise<void> {
  const { narrator, repository, client } = world;
  await repository.edit('main.ts', (text) => text.replace(`${HOTFIX}\n`, ''));
  narrator.say('main.ts: the line is gone again');
  narrator.say(await repository.synth());
  await repository.push('No more hotfix');
  await announcePush(world.client);

  const { plan, digest } = await deletionPlan(client);
  narrator.say(`nothing is deleted yet; the agent asks:\n${plan}`);
  await confirmDeletion(client, digest);
  narrator.say('confirmed');
  await until(client, { group: '', version: 'v1', kind: 'Namespace' }, {}, 'the namespace hotfix to go', (objects) =>
    objects.some((object) => object.metadata.name === 'hotfix') ? undefined : true,
  );
  await until(client, kinds.Kustomization, { namespace: AGENT_NAMESPACE }, 'the layer hotfix to go', (objects) =>
    objects.some((object) => object.metadata.name === 'hotfix') ? undefined : true,
  );
  narrator.say('the release is uninstalled, the namespace and its layer are gone; dev, stg and prod were not touched');
}

async function sayRevisions(world: World): Promise<void> {
  const revisions = [...(await revisionsOf(world))].map(([environment, revision]) => `${environment} ${revision}`);
  world.narrator.say(`revisions now: ${revisions.join(', ')}`);
}

/** Helm's revision of the release in each environment. */
async function revisionsOf({ client, releases }: World): Promise<ReadonlyMap<string, number>> {
  const found = await Promise.all([...releases].map(([namespace, name]) => client.get({ ...kinds.HelmRelease, namespace, name })));
  return new Map(found.map((release) => [release!.metadata.namespace!, revisionOf(release!)]));
}

function runs(pod: KubeObject, image: string): boolean {
  const { containers } = pod.spec as { containers: { image: string }[] };
  return conditionOf(pod, 'Ready')?.status === 'True' && containers.some((container) => container.image === image);
}

function hasGracePeriod(deployment: KubeObject): boolean {
  return (deployment.spec as { template: { spec: { terminationGracePeriodSeconds?: number } } }).template.spec.terminationGracePeriodSeconds === 20;
}

/** Releases of the example, by environment, read from what synth wrote. */
export async function releasesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const owned = await Promise.all(
    ['dev', 'stg', 'prod'].map((layer) => readFile(join(folder, '.fairlead', 'owned', CLUSTER, `${layer}.txt`), 'utf8')),
  );
  return new Map(
    owned.flatMap((text) =>
      [...text.matchAll(/\/([^/]+)\/helmrelease\.helm\.toolkit\.fluxcd\.io-(.+)\.yaml$/gm)].map((match) => [match[1], match[2]] as const),
    ),
  );
}
