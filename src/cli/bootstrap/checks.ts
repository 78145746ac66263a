import { errors } from '../../common/errors';
import { refuseBoundElsewhere, refuseOtherCluster } from './binding';
import { agentDeployment, imageOf } from './committed-cluster';
import { describeImage } from './image-there';
import { refuseOld } from './live-cluster';
import { standAlone } from './other-agents';
import { requireRights } from './rights';
import { seemSame } from './same-repository';
import type { Scene } from './scene';

/** One thing that must be so before anything is changed. It throws what is wrong, else says how it is. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<string> | string;
}

/** What is asked before it does not need the repository to be there. */
export const FIRST_GIT_CHECK = 'git read';

/** In the order in which people want to know. Nothing is changed by them. */
export function checksOf(scene: Scene): readonly Check[] {
  const { name, options, project, work, client, live, cluster, sync } = scene;
  return [
    { name: 'cluster', run: () => versionOf(scene) },
    {
      name: 'binding',
      run: async () => {
        refuseOtherCluster(project.root, name, live);
        const bound = await refuseBoundElsewhere(client, sync, live.uid, cluster.agentNamespace);
        return bound === undefined ? `it follows nothing yet, and will follow ${sync.path}` : `it follows ${sync.path}`;
      },
    },
    {
      name: 'others',
      run: async () => {
        const others = await standAlone(client, ownDeployment(scene), options.takeOver === true ? 'tell' : 'refuse');
        return others.length === 0 ? 'no Flux and no other agent is at work' : `${others.join(', ')} will be scaled to 0`;
      },
    },
    { name: 'rights', run: async () => `${live.user} ${await requireRights(client, live.user, cluster.agentNamespace)}` },
    { name: 'agent', run: () => agentOf(scene) },
    { name: 'branch', run: () => branchOf(scene) },
    {
      name: FIRST_GIT_CHECK,
      run: async () => {
        await work.requireReadable();
        const elsewhere = seemSame(work.url, sync.url)
          ? ''
          : `; it is at ${work.url}, and the agent follows ${sync.url}: one has to follow the other`;
        return `${work.remote} can be read${elsewhere}`;
      },
    },
    {
      name: 'git write',
      run: async () => {
        await work.requireWritable(sync.branch);
        const count = work.unpushed(sync.branch);
        const besides = count === 0 ? '' : `, with ${count} ${count === 1 ? 'commit' : 'commits'} that it does not have yet`;
        return `${sync.branch} of ${work.remote} can be pushed to${besides}`;
      },
    },
  ];
}

/** What comes before anything is synthesized. */
export function cleanCheck({ work }: Pick<Scene, 'work'>): Check {
  return {
    name: 'clean',
    run: async () => {
      await work.requireClean();
      return 'everything is committed';
    },
  };
}

/** What only `--check` looks at, as the cluster may know better. */
export function imageCheck({ cluster }: Scene): Check {
  return {
    name: 'image',
    run: async () => {
      const deployment = agentDeployment(cluster.agent);
      if (deployment === undefined) return 'the program has no agent';
      const { isThere, says } = await describeImage(imageOf(deployment));
      if (isThere === false) throw errors.AgentNotRunning({ reason: says, next: 'push that image, or set image of the Agent in the program' });
      return says;
    },
  };
}

function versionOf({ live }: Scene): string {
  refuseOld(live.version);
  return `context ${live.context} at ${live.server}, Kubernetes ${live.version}, UID ${live.uid}`;
}

function agentOf({ name, cluster }: Scene): string {
  const deployment = agentDeployment(cluster.agent);
  if (deployment === undefined) throw errors.ClusterWithoutAgent({ cluster: name });
  return `image ${imageOf(deployment)} in namespace ${cluster.agentNamespace}`;
}

function branchOf({ name, work, sync }: Scene): string {
  if (work.branch !== sync.branch) throw errors.BranchNotFollowed({ cluster: name, followed: sync.branch, branch: work.branch || 'none' });
  return `${sync.branch} of ${sync.url}`;
}

/** Where the program has the agent. */
export function ownDeployment({ cluster }: Scene): { namespace: string; name: string } {
  return { namespace: cluster.agentNamespace, name: agentDeployment(cluster.agent)?.metadata.name ?? '' };
}
