import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/observe';
import { labels } from '../../src/model/labels';
import type { KubeObject } from '../../src/model/object';
import { usePodinfo } from '../support/podinfo';
import { seedBelow } from '../support/seed';

const podinfo = usePodinfo();
const HOTFIX = "new PodinfoEnvironment(gke, 'hotfix', { select: newest('hotfix-*'), initial: '0.4.10' });";
const TRIALS = 20;
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number; readonly template: { readonly spec: { readonly terminationGracePeriodSeconds?: number } } };
}

interface Change {
  edit(trial: number): Promise<void>;
  /** Whether a Deployment shows it. */
  isIn?(deployment: Deployment, trial: number): boolean;
}

/** Changes a team makes, in turn; each fits the tree that the one before left. */
const changes: readonly Change[] = [
  {
    edit: (trial) =>
      podinfo().repository.edit('main.ts', (text) => text.replace(/(values: \{ replicaCount: )\d+( \} \}\);)/, `$1${4 + (trial % 3)}$2`)),
    isIn: ({ metadata, spec }, trial) => metadata.namespace !== 'prod' || spec.replicas === 4 + (trial % 3),
  },
  {
    edit: (trial) =>
      podinfo().repository.edit('charts/podinfo/templates/deployment.yaml', (text) =>
        text.replace(
          /^ {6}(?:terminationGracePeriodSeconds: \d+\n {6})?containers:\n/m,
          `      terminationGracePeriodSeconds: ${40 + trial}\n      containers:\n`,
        ),
      ),
    isIn: ({ spec }, trial) => spec.template.spec.terminationGracePeriodSeconds === 40 + trial,
  },
  { edit: () => podinfo().repository.edit('main.ts', (text) => text.replace('platform.synth();', `${HOTFIX}\nplatform.synth();`)) },
  { edit: () => podinfo().repository.edit('main.ts', (text) => text.replace(`${HOTFIX}\n`, '')) },
];

test(
  `killed at ${TRIALS} random moments, it always ends converged`,
  async () => {
    const seed = seedBelow(1_000_000);
    console.log(`repeat with FAIRLEAD_SEED=${seed}`);
    const random = mulberry32(seed);
    podinfo().confirmDeletions();
    let agent = podinfo().startAgent();
    for (let trial = 0; trial < TRIALS; trial++) {
      const { edit, isIn = () => true } = changes[trial % changes.length];
      await edit(trial);
      const commit = await podinfo().publish(`Trial ${trial}`);
      await sleep(random() * 1500);
      await agent.kill();
      agent = podinfo().startAgent();
      await podinfo().environmentsAre(trial % changes.length === 2 ? ['dev', 'hotfix', 'prod', 'stg'] : ['dev', 'prod', 'stg']);
      await until(podinfo().client, DEPLOYMENT, { labelSelector: labels.helmName }, `trial ${trial} to show`, (deployments) =>
        deployments.every((deployment) => isIn(deployment as Deployment, trial)) ? true : undefined,
      );
      await podinfo().converged(commit);
      expect({ trial, live: await podinfo().live() }).toEqual({ trial, live: await podinfo().deployed() });
      for (const [release, statuses] of Object.entries(await podinfo().revisions())) {
        expect({ trial, release, deployed: statuses.filter((status) => status === 'deployed').length }).toEqual({ trial, release, deployed: 1 });
        expect({ trial, release, pending: statuses.filter((status) => status.startsWith('pending')) }).toEqual({ trial, release, pending: [] });
      }
    }
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
