import { dirname, join } from 'node:path';
import type { PodProgram } from '../../src/testbed/process-node/program';

const ROOT = join(__dirname, '../..');

/** Images of the agent, as `TestBedOptions.processImages` asks for them. */
export const AGENT_IMAGES = /^ghcr\.io\/fairlead\/fairlead-agent[:@]/;

/** What the agent's image is, for a process node: the compiled command line. ssh runs only as somebody who is known. */
export function agentImage(): PodProgram {
  return {
    image: AGENT_IMAGES,
    command: [process.execPath, join(ROOT, 'lib', 'cli', 'main.js')],
    env: { FAIRLEAD_LEASE_TIMES: '12000,4000,1000' },
    visible: [ROOT, dirname(process.execPath)],
    files: { '/etc/passwd': 'root:x:0:0::/:/sbin/nologin\nfairlead:x:65532:65532::/data:/sbin/nologin\n' },
  };
}
