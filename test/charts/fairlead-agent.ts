import { join } from 'node:path';
import type { AgentInstallation, AgentSync } from '../../src/install/types';

/** The agent's chart. */
export const CHART = join(__dirname, '../../charts/fairlead-agent');

/** Values of the chart that ask for an installation. */
export function valuesFor(installation: AgentInstallation): object {
  const { name, image, replicas, features, sync, applyAs, takeOver, resources, nodeSelector, priorityClassName } = installation;
  const { networkPolicy, egressPorts, serviceMonitor } = installation;
  const [repository, tag] = image?.includes('@') ? image.split('@') : (image?.split(/:(?=[^/]*$)/) ?? []);
  return withoutUndefined({
    fullnameOverride: name,
    image: withoutUndefined(image?.includes('@') ? { repository, digest: tag } : { repository, tag }),
    replicas,
    features,
    applyAs,
    sealedSecrets: withoutUndefined({ takeOver }),
    resources: resources && { requests: alone(resources.requests, ['cpu', 'memory']), limits: alone(resources.limits, ['memory']) },
    nodeSelector,
    priorityClassName,
    networkPolicy: withoutUndefined({ enabled: networkPolicy, egressPorts }),
    serviceMonitor: withoutUndefined({ enabled: serviceMonitor }),
    git: sync && gitOf(sync),
    prune: withoutUndefined({ enabled: sync?.prune }),
  });
}

/** Helm merges maps: defaults that are not asked for are taken out. */
function alone(quantities: object | undefined, defaults: readonly string[]): object | null {
  return quantities === undefined ? null : { ...Object.fromEntries(defaults.map((key) => [key, null])), ...quantities };
}

function gitOf({ url, branch, path, repositoryName, kustomizationName, secretName, knownHosts, readOnly }: AgentSync): object {
  return withoutUndefined({ url, branch, path, repositoryName, kustomizationName, existingSecret: secretName, knownHosts, readOnly });
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
