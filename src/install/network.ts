import type { KubeObject } from '../model/object';
import { ports } from './agent-args';
import { commonLabels, selectorLabels } from './labels';
import type { AgentSettings } from './settings';

/** ssh, http and https; registries; API servers as distributions serve them. */
export const USUAL_PORTS = [22, 80, 443, 5000, 6443, 8443, 16443];

/** What kubeseal asks comes first: the API server's proxy takes the port named `http`. */
export function service(settings: AgentSettings): KubeObject {
  const { name, namespace, features } = settings;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: commonLabels(settings) },
    spec: {
      selector: selectorLabels(settings),
      ports: [
        ...(features.sealedSecrets ? [{ name: 'http', port: ports.sealedSecrets, targetPort: 'sealed-secrets', protocol: 'TCP' }] : []),
        { name: 'http-metrics', port: ports.metrics, targetPort: 'http-metrics', protocol: 'TCP' },
      ],
    },
  };
}

/** Who may speak with the agent, and with whom it may. Policies know no host names, so what is reached is told by ports. */
export function networkPolicy(settings: AgentSettings): KubeObject {
  const { name, namespace, features } = settings;
  const served = [ports.metrics, ...(features.sealedSecrets ? [ports.sealedSecrets] : [])];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: commonLabels(settings) },
    spec: {
      podSelector: { matchLabels: selectorLabels(settings) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: served.map(tcp) }],
      egress: [{ ports: [{ port: 53, protocol: 'UDP' }, tcp(53)] }, { ports: egressPorts(settings).map(tcp) }],
    },
  };
}

function egressPorts({ egressPorts, sync }: AgentSettings): number[] {
  const git = /^[a-z]+:\/\/[^/]*:(\d+)\//.exec(sync?.url ?? '')?.[1];
  return [...new Set([...USUAL_PORTS, ...(git === undefined ? [] : [Number(git)]), ...egressPorts])];
}

function tcp(port: number) {
  return { port, protocol: 'TCP' };
}
