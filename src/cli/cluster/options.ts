import { Option } from 'commander';

/** Options of every command that asks the cluster. */
export function clusterOptions(): Option[] {
  return [
    new Option('--kubeconfig <file>', 'cluster and identity (default: as kubectl)'),
    new Option('--context <context>', 'context of the kubeconfig'),
  ];
}
