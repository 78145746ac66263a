import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../common/go-duration';
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

export function timeoutOption(value: string): Option {
  return new Option('--timeout <duration>', 'give up after this long, as in 90s or 10m').default(parseTimeout(value), value).argParser(parseTimeout);
}

function parseTimeout(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('write it like 90s or 10m.');
  return milliseconds;
}
