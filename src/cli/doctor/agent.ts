import type { KubeObject } from '../../model/object';
import { healthOf } from '../../objects/health';
import { agentAtWork } from '../live/agent-lease';
import { DEPLOYMENT, POD } from '../live/live-kinds';
import { podTrouble } from '../live/pod-trouble';
import type { World } from '../live/world';
import { printAge } from '../print/age';
import type { Check, Finding } from './check';

/** As the agent's Deployment and chart label what is theirs. */
export const AGENT = 'app.kubernetes.io/name=fairlead-agent';

/** Whether an agent is installed, runs, and leads. */
export const agent: Check = {
  name: 'agent',
  look: async ({ client, agentNamespace, world, now }) => {
    const selection = { namespace: agentNamespace, labelSelector: AGENT };
    const [deployments, pods] = await Promise.all([client.list(DEPLOYMENT, selection), client.list(POD, selection)]);
    return agentFindings(deployments, pods, await world(), now);
  },
};

export function agentFindings(deployments: readonly KubeObject[], pods: readonly KubeObject[], world: World, now: Date): readonly Finding[] {
  return [...installed(deployments, pods, now), ...leads(deployments, world)];
}

function installed(deployments: readonly KubeObject[], pods: readonly KubeObject[], now: Date): Finding[] {
  return deployments.map((deployment): Finding => {
    const name = `Deployment ${deployment.metadata.namespace}/${deployment.metadata.name}`;
    if (isScaledToNone(deployment)) return { level: 'fail', says: `${name} is scaled to 0`, remedy: scaleUp(deployment) };
    const troubled = pods.find((pod) => podTrouble(pod) !== undefined);
    const trouble = troubled && podTrouble(troubled);
    if (trouble !== undefined) return { level: 'fail', says: `${name}: Pod ${troubled!.metadata.name}: ${trouble.says}`, remedy: trouble.remedy };
    const { status, message } = healthOf(deployment, now.getTime());
    if (status === 'Current') return { level: 'ok', says: `${name}: ${message}` };
    return {
      level: status === 'Failed' ? 'fail' : 'warn',
      says: `${name}: ${message}`,
      remedy: `kubectl describe deployment ${deployment.metadata.name} -n ${deployment.metadata.namespace}`,
    };
  });
}

function leads(deployments: readonly KubeObject[], world: World): Finding[] {
  const atWork = agentAtWork(world);
  if (atWork === undefined) return [{ level: 'warn', says: 'who leads cannot be seen: leases may not be read' }];
  const { holder, isAlive, renewedAt } = atWork;
  const age = renewedAt === undefined ? '' : printAge(renewedAt, world.now);
  if (isAlive) {
    const outside = deployments.length === 0 ? ', from outside of this namespace' : '';
    return [{ level: 'ok', says: `${holder} leads${outside}, lease renewed ${age}` }];
  }
  const last = holder === '' ? (age === '' ? 'nobody ever did' : `the last gave up ${age}`) : `${holder} was last seen ${age}`;
  const stopped = deployments.find(isScaledToNone);
  const remedy =
    deployments.length === 0
      ? 'fairlead bootstrap, or fairlead install'
      : stopped
        ? scaleUp(stopped)
        : 'fairlead logs, and kubectl describe of its Pods';
  return [{ level: 'fail', says: `nobody leads: ${last}`, remedy }];
}

function isScaledToNone({ spec }: KubeObject): boolean {
  return (spec as { readonly replicas?: number } | undefined)?.replicas === 0;
}

function scaleUp({ metadata }: KubeObject): string {
  return `kubectl scale deployment ${metadata.name} -n ${metadata.namespace} --replicas=1`;
}
