import type { PolicyRule, Right } from '../../install/rights';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import type { ReadinessCheck } from '../runtime/readiness';
import { Slots } from '../runtime/slots';
import { type Action, actionsOf, describeMissing, isAllowed } from './rights';

const API_VERSION = 'authorization.k8s.io/v1';
const CONCURRENCY = 8;

type RulesReview = KubeObject & { readonly status?: { readonly resourceRules?: readonly PolicyRule[] } };
type AccessReview = KubeObject & { readonly status?: { readonly allowed?: boolean } };

/**
 * Whether this identity may do all it is going to. Two requests where it may: what the rules say is believed, and what they do not say is asked for one by one,
 * since other authorizers than RBAC need not tell their rules.
 * @param client without guard
 */
export function rightsCheck(client: Pick<KubeClient, 'create'>, rights: readonly Right[], namespace: string): ReadinessCheck {
  // What holds in a namespace where the agent has no role of its own holds everywhere.
  const elsewhere = namespace === 'kube-system' ? 'default' : 'kube-system';
  return {
    name: 'rights',
    check: async () => {
      const rules = { namespace: await rulesIn(client, namespace), cluster: await rulesIn(client, elsewhere) };
      const unsure = actionsOf(rights).filter((action) => !isAllowed(action, rules[action.scope]));
      const answers = await new Slots(CONCURRENCY).all(unsure, (action) => mayDo(client, action, namespace));
      return describeMissing(
        unsure.filter((_, at) => !answers[at]),
        namespace,
      );
    },
  };
}

async function rulesIn(client: Pick<KubeClient, 'create'>, namespace: string): Promise<readonly PolicyRule[]> {
  const review: RulesReview = { apiVersion: API_VERSION, kind: 'SelfSubjectRulesReview', metadata: { name: '' }, spec: { namespace } };
  return (await client.create(review)).status?.resourceRules ?? [];
}

async function mayDo(client: Pick<KubeClient, 'create'>, { verb, group, resource, name, scope }: Action, namespace: string): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const place = scope === 'namespace' ? { namespace } : {};
  const resourceAttributes = { verb, group, resource: plural, subresource, name, ...place };
  const review: AccessReview = { apiVersion: API_VERSION, kind: 'SelfSubjectAccessReview', metadata: { name: '' }, spec: { resourceAttributes } };
  return (await client.create(review)).status?.allowed === true;
}
