import { DEFAULT_AGENT_NAMESPACE } from '../model/labels';
import { releasedImage } from './image';
import type { AgentFeatures, AgentInstallation, AgentResources, AgentSync } from './types';

const DEFAULT_NAME = 'fairlead-agent';

const DEFAULT_RESOURCES: AgentResources = { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '1Gi' } };

/** An installation with every default in place. */
export interface AgentSettings {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly features: Required<AgentFeatures>;
  readonly sync?: AgentSync;
  readonly applyAs?: string;
  readonly takeOver: boolean;
  readonly resources: AgentResources;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
  readonly networkPolicy: boolean;
  readonly egressPorts: readonly number[];
  readonly serviceMonitor: boolean;
}

export function settingsOf(installation: AgentInstallation): AgentSettings {
  const { features = {} } = installation;
  return {
    namespace: installation.namespace ?? DEFAULT_AGENT_NAMESPACE,
    name: installation.name ?? DEFAULT_NAME,
    image: installation.image ?? releasedImage(),
    replicas: installation.replicas ?? 1,
    features: {
      imageAutomation: features.imageAutomation ?? true,
      sealedSecrets: features.sealedSecrets ?? true,
      notifications: features.notifications ?? false,
    },
    sync: installation.sync,
    applyAs: installation.applyAs,
    takeOver: installation.takeOver ?? false,
    resources: installation.resources ?? DEFAULT_RESOURCES,
    nodeSelector: installation.nodeSelector ?? {},
    priorityClassName: installation.priorityClassName ?? 'system-cluster-critical',
    networkPolicy: installation.networkPolicy ?? true,
    egressPorts: installation.egressPorts ?? [],
    serviceMonitor: installation.serviceMonitor ?? false,
  };
}
