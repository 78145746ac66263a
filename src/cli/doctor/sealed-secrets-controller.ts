import { DEPLOYMENT, type Deployment, SELECTORS } from '../../agent/secrets/standing/deployment';
import { Impostors } from '../../agent/secrets/standing/impostors';
import { idOf, keyOf } from '../../model/object';
import type { Check, Finding } from './check';

/** Who unseals: two of upstream's controllers at once write each other's Secrets and make each their own keys. */
export const sealedSecretsController: Check = {
  name: 'controller of sealed secrets',
  look: async ({ client, sealedSecretsNamespace }) => {
    const impostors = new Impostors(client, { info: () => {}, warn: () => {}, error: () => {} });
    const found = new Map<string, Deployment>();
    for (const labelSelector of SELECTORS) {
      for (const one of await client.list<Deployment>(DEPLOYMENT, { labelSelector })) found.set(keyOf(idOf(one)), one);
    }
    const atWork: Deployment[] = [];
    for (const one of found.values()) {
      if (one.spec.replicas === 0) continue;
      if (one.metadata.namespace === sealedSecretsNamespace || !(await impostors.has(one))) atWork.push(one);
    }
    return [whoUnseals(atWork.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort())];
  },
};

/** @param others Deployments of upstream's controller that are at work */
export function whoUnseals(others: readonly string[]): Finding {
  const [only] = others;
  if (only === undefined) return { level: 'ok', says: "no other controller is at work: the agent's to unseal" };
  if (others.length === 1) return { level: 'ok', says: `Deployment ${only} is at work, and the agent leaves SealedSecrets to it` };
  return {
    level: 'fail',
    says: `several are at work: Deployments ${others.join(', ')}`,
    remedy: 'keep the one whose keys the files are sealed for, and scale the others to 0',
  };
}
