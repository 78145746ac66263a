import { ApiObject } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { kinds } from '../model/kinds';
import type { Agent, AgentProps } from './agent';
import { validate } from './validation';

/** What must hold for the agent of a cluster. */
export function validateAgent(agent: Agent, { replicas = 1, readOnly = false }: AgentProps): void {
  const { cluster } = agent;
  validate(agent, () => {
    const problems: FairleadError[] = [];
    if (!Number.isInteger(replicas) || replicas < 1) problems.push(errors.AgentReplicasInvalid({ replicas: String(replicas) }));
    const committing = readOnly ? automationsOf(agent) : [];
    if (committing.length > 0) problems.push(errors.AgentReadOnly({ cluster: cluster.node.id, automations: committing.join(', ') }));
    return problems;
  });
}

function automationsOf({ cluster }: Agent): string[] {
  const objects = cluster._images?.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct)) ?? [];
  return objects.filter(({ kind }) => kind === kinds.ImageUpdateAutomation.kind).map(({ name }) => name);
}
