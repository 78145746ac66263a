import { setTimeout as sleep } from 'node:timers/promises';
import { isReady, until } from '../../demo/observe';
import { AGENT_NAMESPACE, annotate } from '../../demo/world';
import { kinds } from '../../src/model/kinds';
import { annotations } from '../../src/model/labels';
import { parseLock } from '../../src/model/lock';
import { moveTag, pushImage } from '../support/registry';
import { APPS, CLUSTERS, type ClusterName, useTwoClusters } from '../support/two-clusters';

const world = useTwoClusters();
/** By both agents together. */
const COMMITS = 200;
/** Between two pushes to one repository; nobody waits for an agent. */
const LONGEST_PAUSE_MS = 2000;
const TIMEOUT_MS = 20 * 60_000;

type App = (typeof APPS)[number];
const subjects = CLUSTERS.flatMap((cluster) => APPS.map((app) => ({ cluster, app, name: `${cluster}-${app}` })));
const lockOf = (cluster: ClusterName) => `locks/${cluster}/apps/apps.yaml`;
const outputOf = (cluster: ClusterName, app: App) => `dist/${cluster}/apps/apps/configmap-${app}.yaml`;

/** Patch version of an app's image in a lock. */
function versionIn(lock: string, app: App): number {
  return Number(parseLock(lock).entries.get(`images/${app}`)!.ref.tag.split('.')[2]);
}

async function scan({ cluster, name }: (typeof subjects)[number], requestedAt: number): Promise<void> {
  const [repository] = (await world().sides[cluster].client.list(kinds.ImageRepository, { namespace: AGENT_NAMESPACE })).filter(({ spec }) =>
    (spec as { image: string }).image.endsWith(`/${name}`),
  );
  const id = { ...kinds.ImageRepository, namespace: AGENT_NAMESPACE, name: repository.metadata.name };
  await annotate(world().sides[cluster].client, id, { [annotations.requestedAt]: String(requestedAt) });
}

/** Notes each commit that an agent says it pushed. */
function notePushes(cluster: ClusterName, pushed: Set<string>, signal: AbortSignal): void {
  world().sides[cluster].client.watch(
    kinds.ImageUpdateAutomation,
    {},
    (event) => {
      const commit = event.type === 'SYNCED' ? undefined : (event.object.status as { lastPushCommit?: string } | undefined)?.lastPushCommit;
      if (commit !== undefined) pushed.add(commit);
    },
    signal,
  );
}

test(
  `two agents push ${COMMITS} times to one branch: each keeps to its cluster, and no edit is lost`,
  async () => {
    const { bare } = world();
    const start = await bare.head();
    const digests = new Map<string, string>();
    for (const { name } of subjects) digests.set(name, await pushImage(world().registry, name, '1.0.1'));
    world().startAgents();
    for (const cluster of CLUSTERS) {
      await until(world().sides[cluster].client, kinds.ImagePolicy, {}, `policies of ${cluster}`, (policies) =>
        policies.length === APPS.length && policies.every(isReady) ? true : undefined,
      );
    }

    const ending = new AbortController();
    const pushed = new Set<string>();
    for (const cluster of CLUSTERS) notePushes(cluster, pushed, ending.signal);
    const newest: Record<string, number> = {};
    let isEnough = false;
    const began = performance.now();
    const pushing = subjects.map(async (subject) => {
      for (let patch = 2; !isEnough; patch++) {
        await moveTag(world().registry, subject.name, `1.0.${patch}`, digests.get(subject.name)!);
        newest[subject.name] = patch;
        await scan(subject, patch);
        await sleep(Math.random() * LONGEST_PAUSE_MS);
      }
    });
    while (Number(await bare.git('rev-list', '--count', `${start}..main`)) < COMMITS) await sleep(1000);
    isEnough = true;
    await Promise.all(pushing);
    const seconds = (performance.now() - began) / 1000;
    for (const { cluster, app, name } of subjects) {
      await bare.until(lockOf(cluster), (lock) => versionIn(lock, app) === newest[name], `at the newest of ${app}`);
    }

    const history = await bare.history(start);
    const versions: Record<string, number[]> = Object.fromEntries(subjects.map(({ name }) => [name, [0]]));
    for (const { commit, files } of history) {
      const clusters = new Set(files.map((file) => file.split('/')[1]));
      expect({ commit, clusters: [...clusters] }).toEqual({ commit, clusters: [expect.stringMatching(/^(east|west)$/)] });
      const [cluster] = clusters as Set<ClusterName>;
      const lock = await bare.file(lockOf(cluster), commit);
      const changed = APPS.filter((app) => versions[`${cluster}-${app}`].at(-1) !== versionIn(lock, app));
      expect({ commit, files }).toEqual({ commit, files: [...changed.map((app) => outputOf(cluster, app)), lockOf(cluster)] });
      for (const app of changed) versions[`${cluster}-${app}`].push(versionIn(lock, app));
    }
    for (const { cluster, app, name } of subjects) {
      // Never back: an edit that was lost would show as an older version that comes again.
      expect(versions[name]).toEqual([...new Set(versions[name])].sort((a, b) => a - b));
      expect(versions[name].at(-1)).toBe(newest[name]);
      expect(await bare.file(outputOf(cluster, app))).toContain(`image: "${world().registry}/${name}:1.0.${newest[name]}" # {"$imagepolicy"`);
    }
    const commits = history.map(({ commit }) => commit);
    await Promise.all(CLUSTERS.map((cluster) => settled(cluster, commits)));
    ending.abort();
    expect([...pushed].filter((commit) => !commits.includes(commit))).toEqual([]);

    await world().git('pull', '--quiet', '--ff-only', 'origin', 'main');
    await world().synth('--check');
    const pushes = Object.values(newest).reduce((sum, patch) => sum + patch - 1, 0);
    const byCluster = CLUSTERS.map((cluster) => `${history.filter(({ files }) => files[0].includes(`/${cluster}/`)).length} of ${cluster}`);
    console.log(`${pushes} images in ${seconds.toFixed(1)} s, ${history.length} commits (${byCluster.join(', ')})`);
  },
  TIMEOUT_MS,
);

/** Waits until an agent has told of its last commit. */
async function settled(cluster: ClusterName, commits: readonly string[]): Promise<void> {
  const ours = await world().bare.git('log', '--format=%H', `${commits[0]}^..main`, '--', `locks/${cluster}`);
  const last = ours.split('\n')[0];
  await until(world().sides[cluster].client, kinds.ImageUpdateAutomation, {}, `the automation of ${cluster} to tell of its last commit`, (found) =>
    found.find(({ status }) => (status as { lastPushCommit?: string }).lastPushCommit === last),
  );
}
