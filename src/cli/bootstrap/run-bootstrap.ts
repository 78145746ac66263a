import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import { transportOf } from '../../git/url';
import type { RawKubeClient } from '../../kube/client';
import { LOCK_FOLDER } from '../../model/lock';
import { withCluster } from '../cluster/with-cluster';
import { findForge } from '../forge/find-forge';
import { publicKeyIn } from '../identity/public-key';
import { announced } from '../print/progress';
import { printStructured } from '../print/structured';
import { restoreKeys } from '../seal/keys/restore-keys';
import { AgentPods } from './agent-pods';
import { applyObject, applyObjects } from './apply-objects';
import { bind, refuseOtherCluster, writeBinding } from './binding';
import { checksOf, cleanCheck, FIRST_GIT_CHECK, imageCheck, ownDeployment } from './checks';
import { agentDeployment, pushes } from './committed-cluster';
import { ensureDeployKey, fetchNow } from './deploy-key';
import { ensureCredentials } from './git-credentials';
import { liveCluster } from './live-cluster';
import type { BootstrapOptions } from './options';
import { standAlone } from './other-agents';
import { printChecks, runChecks } from './print-checks';
import { findCluster, readCluster, repositoryHere, type Scene, syncOf } from './scene';
import { Steps } from './steps';
import { synthesizeProject } from './synthesize';
import { lookAt } from './wait-ready';

const EVERY_MS = 1000;

/** What a bootstrap came to. */
interface Bootstrapped {
  readonly cluster: string;
  readonly uid: string;
  readonly context: string;
  readonly commit: string;
  /** Of the agent, over ssh. */
  readonly publicKey?: string;
  readonly ready: true;
}

/** `fairlead bootstrap`: a cluster follows its folder. Every step finds what is done already. Gives the exit code. */
export async function runBootstrap(name: string, options: BootstrapOptions): Promise<number> {
  return withCluster(options, async (client) => {
    const scene = await sceneOf(name, options, client);
    if (options.check) return check(scene);
    const steps = new Steps();
    await prepare(scene, steps);
    const commit = await commitPlatform(scene, steps);
    const now = await synthesized(scene);
    await applyAgent(now, steps);
    const publicKey = await waitUntilReady(now, commit, steps);
    const { uid, context } = scene.live;
    const result: Bootstrapped = { cluster: name, uid, context, commit, ...(publicKey === undefined ? {} : { publicKey }), ready: true };
    const path = scene.sync.path;
    process.stdout.write(
      options.output ? printStructured(result, options.output) : `cluster ${name} follows ${path} and is Ready at ${commit.slice(0, 7)}\n`,
    );
    return 0;
  });
}

async function sceneOf(name: string, options: BootstrapOptions, client: RawKubeClient): Promise<Scene> {
  const { project, work } = repositoryHere();
  const live = await announced('asking the cluster …', liveCluster(client, options));
  // Before anything is run or written.
  refuseOtherCluster(project.root, name, live);
  if (!options.check) await cleanCheck({ work }).run();
  const cluster = await (options.check ? readCluster(project, name) : findCluster(project, name));
  const sync = syncOf(cluster);
  return { name, options, project, work, client, live, cluster, sync, forge: findForge(sync.url) };
}

async function check(scene: Scene): Promise<number> {
  const results = await runChecks([...checksOf(scene), cleanCheck(scene), imageCheck(scene)]);
  process.stdout.write(scene.options.output ? printStructured(results, scene.options.output) : printChecks(results));
  return results.every(({ ok }) => ok) ? 0 : 1;
}

/** Everything that could be in the way, before anything is changed; a repository is made only where nothing else is. */
async function prepare(scene: Scene, steps: Steps): Promise<void> {
  for (const { name, run } of checksOf(scene)) {
    if (name === FIRST_GIT_CHECK && scene.options.create) await createRepository(scene, steps);
    steps.done(`${name}: ${await run()}`);
  }
}

async function createRepository({ forge, sync }: Scene, steps: Steps): Promise<void> {
  if (forge === undefined) throw errors.ForgeTokenMissing({ url: sync.url });
  if (await forge.exists()) return;
  await forge.create();
  steps.done(`repository ${forge.repository} created`);
}

/** The agent is a part of the platform: what is applied next is in Git first. Gives the commit. */
async function commitPlatform({ name, project, work, live, sync }: Scene, steps: Steps): Promise<string> {
  writeBinding(project.root, name, live.uid);
  await synthesizeProject(project.root);
  const message = `Bootstrap cluster ${name}\n\n.fairlead/clusters/${name}.json says which cluster it is.\n`;
  const made = await work.commitFolders([project.output, LOCK_FOLDER, '.fairlead'], message);
  if (made !== undefined) steps.done(`committed ${made.slice(0, 7)}`);
  const head = await announced('pushing …', work.publish(sync.branch));
  steps.done(`${sync.branch} of ${work.remote} is at ${head.slice(0, 7)}`);
  return head;
}

/** The program may say something else than the output did before. */
async function synthesized(scene: Scene): Promise<Scene> {
  const cluster = await readCluster(scene.project, scene.name);
  const sync = syncOf(cluster);
  return { ...scene, cluster, sync, forge: findForge(sync.url) };
}

async function applyAgent(scene: Scene, steps: Steps): Promise<void> {
  const { name, options, client, live, cluster, sync } = scene;
  const { agentNamespace: namespace } = cluster;
  if (agentDeployment(cluster.agent) === undefined) throw errors.ClusterWithoutAgent({ cluster: name });
  for (const other of await standAlone(client, ownDeployment(scene), options.takeOver ? 'stop' : 'refuse')) steps.done(`${other} scaled to 0`);
  if (options.restoreKeys !== undefined) {
    await restoreKeys(options.restoreKeys, options);
    steps.done(`sealing keys of ${options.restoreKeys} restored`);
  }
  const deployments = cluster.agent.filter(({ kind }) => kind === 'Deployment');
  const others = cluster.agent.filter(({ kind }) => kind !== 'Deployment');
  await announced('applying definitions and the agent …', applyObjects(client, others));
  // Before there is an agent that could follow anything.
  await bind(client, sync, live.uid, namespace);
  await ensureCredentials(client, sync, namespace, process.env);
  for (const object of [cluster.repository, cluster.root, ...deployments]) await applyObject(client, object);
  steps.done(`agent applied to namespace ${namespace}`);
}

/** Gives the agent's public key, where it has one. */
async function waitUntilReady(scene: Scene, commit: string, steps: Steps): Promise<string | undefined> {
  const { options, client, cluster, work, sync } = scene;
  const { agentNamespace } = cluster;
  const pods = new AgentPods(client, agentNamespace, `app.kubernetes.io/name=fairlead-agent,app.kubernetes.io/instance=${ownDeployment(scene).name}`);
  const wanted = {
    agentNamespace,
    root: cluster.root.metadata.name,
    layers: cluster.layers,
    isCurrent: (revision: string | undefined) => revision !== undefined && !work.isBefore(revision.replace(/^.*:/, ''), commit),
  };
  let publicKey: string | undefined;
  for (const until = Date.now() + options.timeout; ; await sleep(EVERY_MS)) {
    const trouble = await pods.trouble();
    publicKey ??= await keyAdded(scene, steps);
    const state = await lookAt(client, wanted);
    if (state === undefined) return publicKey;
    if (Date.now() > until)
      throw errors.BootstrapTimeout({ time: `${Math.round(options.timeout / 1000)}s`, what: trouble ?? state.says, next: state.remedy });
    const isWaitingForKey = transportOf(sync.url) === 'ssh' && publicKey === undefined;
    steps.waiting(trouble ?? (isWaitingForKey ? 'the agent makes its ssh key' : state.says));
  }
}

/** Once the agent has made its key: the forge is told, or whoever runs this. */
async function keyAdded({ name, client, live, cluster, sync, forge }: Scene, steps: Steps): Promise<string | undefined> {
  if (transportOf(sync.url) !== 'ssh' || sync.secretName === undefined) return undefined;
  const publicKey = await publicKeyIn(client, cluster.agentNamespace, sync.secretName);
  if (publicKey === undefined) return undefined;
  const writes = pushes(agentDeployment(cluster.agent)!);
  await ensureDeployKey(forge, { cluster: name, uid: live.uid, publicKey, url: sync.url, writes }, steps);
  await fetchNow(client, cluster.agentNamespace, sync.repositoryName, new Date());
  return publicKey;
}
