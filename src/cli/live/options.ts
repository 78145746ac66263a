import { Option } from 'commander';
import { DEFAULT_AGENT_NAMESPACE } from '../../model/labels';
import type { ClusterOptions } from '../cluster/connect';

/** What every command that looks at the live state takes. */
export interface LiveOptions extends ClusterOptions {
  readonly agentNamespace: string;
}

export function agentNamespaceOption(): Option {
  return new Option('--agent-namespace <namespace>', 'namespace of the agent and of Kustomizations').default(DEFAULT_AGENT_NAMESPACE);
}

/** Clusters of a command that looks at several. */
export function fleetOptions(): Option[] {
  return [
    new Option('--kubeconfig <file>', 'clusters and identities (default: as kubectl)'),
    new Option('--context <context>', 'context of the kubeconfig; may be repeated').argParser((value: string, before: readonly string[] = []) => [
      ...before,
      value,
    ]),
    new Option('--all-contexts', 'every cluster of the kubeconfig'),
  ];
}
