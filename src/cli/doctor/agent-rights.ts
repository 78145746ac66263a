import { type Action, actionsOf, describeMissing } from '../../agent/ready/rights';
import { Slots } from '../../agent/runtime/slots';
import { mayDo, serviceAccount } from '../../agent/secrets/access-review';
import { RIGHTS } from '../../install/rights';
import type { KubeObject } from '../../model/object';
import { DEPLOYMENT } from '../live/live-kinds';
import { AGENT } from './agent';
import type { Check, Finding, Scene } from './check';

interface Deployment extends KubeObject {
  readonly spec: { readonly template: { readonly spec: { readonly serviceAccountName?: string } } };
}

const MOST_LINES = 5;
const CONCURRENCY = 8;

/** Whether the agent's service account may do what every agent does, by the API server's own word. */
export const agentRights: Check = {
  name: 'rights of the agent',
  look: async (scene) => {
    const deployments = await scene.client.list<Deployment>(DEPLOYMENT, { namespace: scene.agentNamespace, labelSelector: AGENT });
    return (await Promise.all(deployments.map((deployment) => ofDeployment(scene, deployment)))).flat();
  },
};

async function ofDeployment({ client, agentNamespace }: Scene, { spec }: Deployment): Promise<readonly Finding[]> {
  const name = spec.template.spec.serviceAccountName ?? 'default';
  const user = serviceAccount(agentNamespace, name);
  const actions = actionsOf(RIGHTS.filter(({ purpose }) => purpose === 'agent'));
  const allowed = await new Slots(CONCURRENCY).all(actions, (action) => mayDo(client, user, accessOf(action, agentNamespace)));
  const missing = describeMissing(
    actions.filter((_, at) => !allowed[at]),
    agentNamespace,
  );
  if (missing.length === 0) return [{ level: 'ok', says: `service account ${agentNamespace}/${name} may do all it needs to` }];
  const more: Finding[] = missing.length > MOST_LINES ? [{ level: 'fail', says: `and ${missing.length - MOST_LINES} more` }] : [];
  const remedy = 'apply its Roles again: fairlead install --export, or upgrade the chart';
  return [
    ...missing.slice(0, MOST_LINES).map((says): Finding => ({ level: 'fail', says: `service account ${agentNamespace}/${name} ${says}`, remedy })),
    ...more,
  ];
}

function accessOf({ verb, group, resource, name, scope }: Action, agentNamespace: string) {
  const [plural, subresource] = resource.split('/');
  return {
    verb,
    group,
    resource: plural,
    ...(subresource !== undefined && { subresource }),
    ...(name !== undefined && { name }),
    ...(scope === 'namespace' && { namespace: agentNamespace }),
  };
}
