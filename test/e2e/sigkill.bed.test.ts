import { setTimeout as sleep } from 'node:timers/promises';
import { usePodinfo } from '../support/podinfo';

const podinfo = usePodinfo();
const HOTFIX = "new PodinfoEnvironment(gke, 'hotfix', { tag: '6.7.0' });";
const TRIALS = 20;

/** Changes a team makes, in turn; each is true of the tree the one before left. */
const changes: readonly ((trial: number) => Promise<void>)[] = [
  (trial) => podinfo().repository.edit('main.ts', (text) => text.replace(/(values: \{ replicaCount: )\d+( \} \}\);)/, `$1${3 + (trial % 3)}$2`)),
  (trial) =>
    podinfo().repository.edit('charts/podinfo/templates/deployment.yaml', (text) =>
      text.replace(
        /^(\s+)(?:# trial.*\n\s+terminationGracePeriodSeconds: \d+\n\s+)?containers:\n/m,
        `$1# trial\n$1terminationGracePeriodSeconds: ${20 + trial}\n$1containers:\n`,
      ),
    ),
  () => podinfo().repository.edit('main.ts', (text) => text.replace('platform.synth();', `${HOTFIX}\nplatform.synth();`)),
  () => podinfo().repository.edit('main.ts', (text) => text.replace(`${HOTFIX}\n`, '')),
];

test(
  `killed at ${TRIALS} random moments, it always ends converged`,
  async () => {
    const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);
    console.log(`seed ${seed}; repeat with FAIRLEAD_SEED=${seed}`);
    const random = mulberry32(seed);
    const done = new AbortController();
    podinfo().confirmingDeletions(done.signal);
    let agent = podinfo().startAgent();
    for (let trial = 0; trial < TRIALS; trial++) {
      await changes[trial % changes.length](trial);
      const commit = await podinfo().publish(`Trial ${trial}`);
      await sleep(random() * 1500);
      await agent.kill();
      agent = podinfo().startAgent();
      await podinfo().converged(commit);
      const environments = trial % 4 === 2 ? ['dev', 'hotfix', 'prod', 'stg'] : ['dev', 'prod', 'stg'];
      expect({ trial, namespaces: await podinfo().environments() }).toEqual({ trial, namespaces: environments });
      expect({ trial, live: await podinfo().live() }).toEqual({ trial, live: await podinfo().deployed() });
      for (const [release, statuses] of Object.entries(await podinfo().revisions())) {
        expect({ trial, release, deployed: statuses.filter((status) => status === 'deployed').length }).toEqual({ trial, release, deployed: 1 });
        expect({ trial, release, pending: statuses.filter((status) => status.startsWith('pending')) }).toEqual({ trial, release, pending: [] });
      }
    }
    done.abort();
  },
  15 * 60_000,
);

/** A small seeded generator: the same seed kills at the same moments. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
