import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedGit } from '../src/testbed/bed-git';
import { gitServer } from '../src/testbed/git-server';
import { TestBed } from '../src/testbed/test-bed';

/** The cluster the demo runs on, with a Git repository beside it. */
export interface TargetCluster {
  readonly kubeconfig: string;
  readonly repositoryUrl: string;
  /** Where images of podinfo can be pushed. Absent: there is no such place, and the example's own are run. */
  readonly imageRepository?: string;
  /** Whether Pods run on fake nodes, and nothing is pulled. */
  readonly embedded: boolean;
  /** Tools to look at it with, as one types them. */
  tool(name: 'kubectl' | 'helm'): Promise<string>;
  /** How to stop what keeps running, for people. Absent: nothing does. */
  readonly howToStop?: string;
  /** What runs beside it ends; the cluster too, if it is ours and not kept. */
  stop(keep: boolean): Promise<void>;
}

const repositoryName = 'podinfo-environments';

export async function embeddedCluster(options: { keep: boolean; say: (text: string) => void }): Promise<TargetCluster> {
  const bed = await TestBed.start({ detach: options.keep, progress: options.say });
  const { url } = await bed.git.createRepository(repositoryName);
  return {
    kubeconfig: bed.kubeconfig,
    repositoryUrl: url,
    imageRepository: `${bed.registry}/stefanprodan/podinfo`,
    embedded: true,
    tool: (name) => bed.bin(name),
    howToStop: options.keep ? `npm run demo -- --stop ${bed.folder}` : undefined,
    stop: async (keep) => {
      if (!keep) await bed.stop();
    },
  };
}

/** The cluster of the user's KUBECONFIG; the Git server is this process. */
export async function currentCluster(kubeconfig: string): Promise<TargetCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-demo-git-'));
  const server = gitServer({ root: folder });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { url } = await new BedGit(`http://127.0.0.1:${port}`, folder).createRepository(repositoryName);
  return {
    kubeconfig,
    repositoryUrl: url,
    embedded: false,
    tool: async (name) => name,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
