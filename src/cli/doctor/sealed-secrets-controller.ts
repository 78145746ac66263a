import { idOf, type KubeObject, keyOf } from '../../model/object';
import type { Check, Finding } from './check';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

/** Upstream's chart, and its plain manifest. */
const SELECTORS = ['app.kubernetes.io/name=sealed-secrets', 'name=sealed-secrets-controller'];

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas?: number };
}

/** Who unseals: two of upstream's controllers at once write each other's Secrets and make each their own keys. */
export const sealedSecretsController: Check = {
  name: 'controller of sealed secrets',
  look: async ({ client }) => {
    const found = new Map<string, Deployment>();
    for (const labelSelector of SELECTORS) {
      for (const one of await client.list<Deployment>(DEPLOYMENT, { labelSelector })) found.set(keyOf(idOf(one)), one);
    }
    const atWork = [...found.values()].filter(({ spec }) => spec.replicas !== 0);
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
