import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';

interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/** What applying the agent takes, where one is not allowed everything: a role can only be given by who has it. */
const NEEDED: readonly Attributes[] = [
  { verb: 'patch', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
  { verb: 'patch', group: '', resource: 'namespaces' },
  { verb: 'patch', group: RBAC, resource: 'clusterroles' },
  { verb: 'patch', group: RBAC, resource: 'clusterrolebindings' },
  { verb: 'escalate', group: RBAC, resource: 'clusterroles' },
  { verb: 'bind', group: RBAC, resource: 'clusterroles' },
  { verb: 'patch', group: 'apps', resource: 'deployments' },
  { verb: 'get', group: '', resource: 'secrets' },
  { verb: 'patch', group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' },
  { verb: 'patch', group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories' },
];

/** What somebody may, in words, where it suffices to install the agent. Throws `RightsMissing`. */
export async function requireRights(client: KubeClient, user: string, namespace: string): Promise<string> {
  if (await isAllowed(client, { verb: '*', group: '*', resource: '*' })) return 'may do everything';
  const answers = await Promise.all(NEEDED.map((one) => isAllowed(client, { ...one, namespace })));
  const missing = NEEDED.filter((_, index) => !answers[index]);
  if (missing.length > 0) throw errors.RightsMissing({ user, rights: missing.map(({ verb, resource }) => `${verb} ${resource}`).join(', ') });
  return 'may do what it takes';
}

async function isAllowed(client: KubeClient, resourceAttributes: Attributes): Promise<boolean> {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes } };
  const { status } = (await client.create(review as unknown as KubeObject)) as { status?: { allowed?: boolean } };
  return status?.allowed === true;
}
