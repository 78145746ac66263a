import { othersAmong } from '../bootstrap/other-agents';
import { agentAtWork } from '../live/agent-lease';
import { DEPLOYMENT } from '../live/live-kinds';
import { AGENT } from './agent';
import type { Check, Finding } from './check';

/** Flux's controllers, or another agent, at work in the same cluster. Leases keep them from acting at once; who acts is chance then. */
export const others: Check = {
  name: 'others',
  look: async ({ client, agentNamespace, world }) => {
    const own = await client.list(DEPLOYMENT, { namespace: agentNamespace, labelSelector: AGENT });
    const name = own[0]?.metadata.name ?? 'fairlead-agent';
    const found = othersAmong(await client.list(DEPLOYMENT), { namespace: agentNamespace, name });
    const isOurs = own.length > 0 || (agentAtWork(await world())?.isAlive ?? false);
    return [otherFindings(found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort(), isOurs)];
  },
};

export function otherFindings(found: readonly string[], isAgentHere: boolean): Finding {
  if (found.length === 0) return { level: 'ok', says: 'nobody else reconciles here' };
  if (!isAgentHere) return { level: 'ok', says: `Flux or another agent is at work: Deployments ${found.join(', ')}` };
  return {
    level: 'warn',
    says: `at work beside the agent: Deployments ${found.join(', ')}: whoever holds the lease acts`,
    remedy: 'keep one: fairlead bootstrap --take-over scales the others to 0',
  };
}
