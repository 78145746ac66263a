import type { AgentSettings } from './settings';
import type { AgentSync } from './types';

/** Ports in the agent's Pod. */
export const ports = { metrics: 8080, sealedSecrets: 8081 } as const;

/** Where a ConfigMap with known_hosts is mounted. */
export const KNOWN_HOSTS_FOLDER = '/etc/fairlead';

/** Command line of the agent. */
export function agentArgs({ namespace, features, sync, applyAs, takeOver }: AgentSettings): string[] {
  return [
    'agent',
    `--namespace=${namespace}`,
    '--data-dir=/data',
    `--metrics-addr=:${ports.metrics}`,
    `--image-automation=${onOff(features.imageAutomation)}`,
    `--sealed-secrets=${onOff(features.sealedSecrets)}`,
    ...(features.sealedSecrets ? [`--sealed-secrets-addr=:${ports.sealedSecrets}`] : []),
    ...(features.sealedSecrets && takeOver ? ['--take-over'] : []),
    ...option('default-service-account', applyAs),
    ...(sync === undefined ? [] : syncArgs(sync)),
  ];
}

function syncArgs({
  url,
  branch = 'main',
  path,
  repositoryName,
  kustomizationName,
  secretName,
  knownHosts,
  readOnly,
  prune = true,
}: AgentSync): string[] {
  return [
    `--git-url=${url}`,
    `--git-branch=${branch}`,
    `--git-path=${path}`,
    ...option('git-repository-name', repositoryName),
    ...option('git-kustomization-name', kustomizationName),
    ...option('git-secret', secretName),
    ...option('git-known-hosts', knownHosts === undefined ? undefined : `${KNOWN_HOSTS_FOLDER}/known_hosts`),
    ...(readOnly ? ['--git-read-only'] : []),
    `--prune=${onOff(prune)}`,
  ];
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
