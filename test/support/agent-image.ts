import { join } from 'node:path';
import type { PodProgram } from '../../src/testbed/process-node-kubelet';
import { compiledCli } from '../cli/compiled-cli';

const ROOT = join(__dirname, '..', '..');

/** Pods of the agent's image, whatever its tag: `useBed({ processImages: AGENT_IMAGES })`. */
export const AGENT_IMAGES = /\/fairlead-agent[:@]/;

/** The agent as it is in the sources, in place of its image, for `ProcessNode.start(bed, agentImage())`. Its leases end soon. */
export function agentImage(image: string | RegExp = AGENT_IMAGES): PodProgram {
  const engine = join(ROOT, 'engine', 'bin', 'fairlead-engine');
  return {
    image,
    command: [process.execPath, compiledCli()],
    env: { FAIRLEAD_ENGINE: engine, FAIRLEAD_LEASE_TIMES: '3000,1000,200' },
    visible: [ROOT],
  };
}
