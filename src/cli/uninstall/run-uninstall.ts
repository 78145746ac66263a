import { errors } from '../../common/errors';
import { agentCrds } from '../../install/crds';
import type { RawKubeClient } from '../../kube/client';
import type { GroupVersionKind, KubeClient } from '../../kube/types';
import { BINDING } from '../../model/cluster-binding';
import { kinds } from '../../model/kinds';
import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { SUSPENSIONS } from '../../model/suspension';
import { kubeconfigNames } from '../bootstrap/live-cluster';
import { Steps } from '../bootstrap/steps';
import { withCluster } from '../cluster/with-cluster';
import type { LiveOptions } from '../live/options';
import { confirm } from '../print/confirm';
import { deleteDefinitions } from './delete-definitions';
import { deleteEnvironments, dropFinalizers, untilNone } from './orphan';

export interface UninstallOptions extends LiveOptions {
  readonly crds?: boolean;
  readonly deleteWorkloads?: boolean;
  readonly yes?: boolean;
  readonly timeout: number;
}

const AGENT = 'app.kubernetes.io/name=fairlead-agent';
const POD = { group: '', version: 'v1', kind: 'Pod' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const RBAC = 'rbac.authorization.k8s.io';

/** Kinds of the agent's objects, those that let it act first. */
const OWN: readonly (GroupVersionKind & { readonly everywhere?: boolean })[] = [
  DEPLOYMENT,
  { group: RBAC, version: 'v1', kind: 'ClusterRoleBinding', everywhere: true },
  { group: RBAC, version: 'v1', kind: 'ClusterRole', everywhere: true },
  { group: RBAC, version: 'v1', kind: 'RoleBinding' },
  { group: RBAC, version: 'v1', kind: 'Role' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'ResourceQuota' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'ServiceMonitor' },
];

/** `fairlead uninstall`: the agent goes, and what it made stays. */
export async function runUninstall(options: UninstallOptions): Promise<void> {
  const { context, server } = kubeconfigNames(options);
  await withCluster(options, async (client) => {
    await client.version();
    refuseElsewhere(await client.list(DEPLOYMENT, { labelSelector: AGENT, as: 'metadata' }), options.agentNamespace);
    const goes = [
      'the agent',
      ...(options.deleteWorkloads ? ['every environment with all that is in it'] : []),
      ...(options.crds ? ['the definitions'] : []),
    ];
    const what = `uninstalling ${goes.join(', ')} from ${context} at ${server}`;
    if (!options.yes) await confirm(`Remove ${goes.join(', ')} from ${context} at ${server}?`, what);
    await uninstall(client, options, new Steps());
  });
  process.stdout.write(options.deleteWorkloads ? 'uninstalled\n' : 'uninstalled; workloads and Helm releases stay as they are\n');
}

/** What the agents of other namespaces act by is found by its label alone: it is not ours to take. Throws `AgentElsewhere` and `AgentBeside`. */
export function refuseElsewhere(agents: readonly KubeObject[], namespace: string): void {
  const here = agents.find(({ metadata }) => metadata.namespace === namespace);
  const others = agents.filter(({ metadata }) => metadata.namespace !== namespace);
  if (others.length === 0) return;
  const names = others.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
  if (here === undefined) throw errors.AgentElsewhere({ namespace, agents: names, other: others[0].metadata.namespace ?? '' });
  throw errors.AgentBeside({ agents: names, namespace, name: here.metadata.name });
}

async function uninstall(client: RawKubeClient, options: UninstallOptions, steps: Steps): Promise<void> {
  const { agentNamespace: namespace, timeout } = options;
  if (options.deleteWorkloads) await deleteEnvironments(client, namespace, timeout, (text) => steps.waiting(text));
  const helm = await helmRelease(client, namespace);
  if (helm !== undefined) steps.ask(`it was installed with Helm; its release goes by: helm uninstall ${helm} -n ${namespace}`);

  // First it must stop: it would take what its objects made away with them.
  const deployments = await ownObjects(client, DEPLOYMENT, namespace);
  for (const deployment of deployments) {
    await client.delete({ ...DEPLOYMENT, namespace, name: deployment.metadata.name }, { propagation: 'Foreground' });
  }
  await untilNone(client, POD, { namespace, labelSelector: AGENT }, timeout);
  steps.done(deployments.length === 0 ? `no agent was installed in namespace ${namespace}` : 'the agent has stopped');
  steps.done(`${await dropFinalizers(client)} objects wait for no agent any more`);

  for (const kind of OWN) {
    const where = kind.everywhere ? undefined : namespace;
    for (const { metadata } of await ownObjects(client, kind, where)) await client.delete({ ...kind, namespace: where ?? '', name: metadata.name });
  }
  await deleteState(client, namespace, steps);
  steps.done('its account, rights and state are gone');
  if (options.crds) {
    await deleteDefinitions(client, definitions(options.deleteWorkloads === true), timeout);
    steps.done('the definitions are gone, and the objects of their kinds with them');
  }
}

/** Secrets that were unsealed go with their SealedSecrets, and those with their definition: workloads that stay need them. */
export function definitions(withSecrets: boolean): string[] {
  const sealed = `${kinds.SealedSecret.plural}.${kinds.SealedSecret.group}`;
  return agentCrds()
    .map(({ name }) => name)
    .filter((name) => withSecrets || name !== sealed);
}

async function ownObjects(client: KubeClient, kind: GroupVersionKind, namespace: string | undefined): Promise<readonly KubeObject[]> {
  return client.list(kind, { labelSelector: AGENT, as: 'metadata', ...(namespace === undefined ? {} : { namespace }) });
}

/** What the agent and this command line wrote besides: what is followed, suspensions, its keys for Git. */
async function deleteState(client: KubeClient, namespace: string, steps: Steps): Promise<void> {
  for (const name of [BINDING, SUSPENSIONS]) await client.delete({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name });
  const secret = { group: '', version: 'v1', kind: 'Secret' };
  for (const { metadata, data } of await client.list<KubeObject & { data?: object }>(secret, {
    namespace,
    labelSelector: `${labels.managedBy}=fairlead`,
  })) {
    if (!Object.hasOwn(data ?? {}, 'identity')) continue;
    await client.delete({ ...secret, namespace, name: metadata.name });
    steps.ask(`its deploy key is of no use any more: remove it from the repository`);
  }
}

/** The Helm release an agent is of. */
async function helmRelease(client: KubeClient, namespace: string): Promise<string | undefined> {
  const [deployment] = await ownObjects(client, DEPLOYMENT, namespace);
  return deployment?.metadata.annotations?.['meta.helm.sh/release-name'];
}
