import { setTimeout as sleep } from 'node:timers/promises';
import { usePodinfo } from '../support/podinfo';
import { lockOf, PodinfoImages } from '../support/podinfo-images';

const podinfo = usePodinfo();
const TRIALS = 15;
/** From the scan to Ready, and somewhat more. */
const LONGEST_LIFE_MS = 1200;
const OUTPUT = 'dist/gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo-dev.yaml';

test(
  `killed ${TRIALS} times between a push to the registry and the rollout, each image is committed once, wholly, and runs`,
  async () => {
    const { bare } = podinfo();
    const images = new PodinfoImages(podinfo());
    const first = await images.ciMock('-b', 'dev');
    let agent = podinfo().startAgent();
    await images.released('dev', first);
    for (let trial = 0; trial < TRIALS; trial++) {
      const lifeMs = (LONGEST_LIFE_MS * trial) / TRIALS;
      const commit = await bare.head();
      const tag = await images.ciMock('-b', 'dev');
      await podinfo().scan();
      await sleep(lifeMs); // until it is killed
      await agent.kill();
      agent = podinfo().startAgent();
      await images.released('dev', tag);
      await podinfo().converged(await bare.head());
      const history = await bare.history(commit);
      expect({ trial, files: history.map(({ files }) => files) }).toEqual({ trial, files: [[OUTPUT, lockOf('dev')]] });
    }
    await podinfo().repository.pull();
    await podinfo().repository.synth('--check');
  },
  15 * 60_000,
);
