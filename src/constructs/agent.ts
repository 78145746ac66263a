import { ApiObject, type ApiObjectMetadata, Chart } from 'cdk8s';
import { errors } from '../common/errors';
import { agentObjects } from '../install/agent-objects';
import { agentCrds, annotated } from '../install/crds';
import type { AgentInstallation, AgentResources } from '../install/types';
import { annotations } from '../model/labels';
import type { KubeObject } from '../model/object';
import { AGENT_LAYER, SYNC_LAYER, setPlacement } from '../synth/placement';
import { PrintedObject } from '../synth/printed-object';
import { validateAgent } from './agent-rules';
import { Cluster } from './cluster';
import { outputPath } from './git-path';
import { kindScope } from './kind-scope';

export type { AgentResources } from '../install/types';

/** How the agent of a cluster runs. What it works on follows from the cluster: its repository, branch, folder, namespace and `imageAutomation`. */
export interface AgentProps {
  /**
   * Image to run, with tag or digest.
   * @default - the one that was released with this version of the package: upgrade the package and the agent follows
   */
  readonly image?: string;

  /**
   * How many of them run. One acts; the others stand by and take over within seconds.
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Never push to Git. Versions are then chosen and not committed, so nothing in the cluster may want them to be.
   * @default false
   */
  readonly readOnly?: boolean;

  /**
   * Unseal SealedSecrets. Without, they, their definition and their keys are left to upstream's controller.
   * @default true
   */
  readonly sealedSecrets?: boolean;

  /**
   * Grant rights to Alerts, Providers and Receivers, for versions that reconcile them: this one does not.
   * @default false
   */
  readonly notifications?: boolean;

  /**
   * Service account that layers and releases are applied as where they name none, in the namespace of each. It must be there, with the rights that they need.
   * @default - the agent's own, which is cluster-admin then
   */
  readonly applyAs?: string;

  /**
   * Keys of the Git server, as in a known_hosts file, where it is reached by ssh.
   * @default - those of the large forges
   */
  readonly knownHosts?: string;

  /**
   * What the agent asks for and may use.
   * @default - 50m of CPU and 192Mi of memory, 1Gi at most
   */
  readonly resources?: AgentResources;

  /**
   * Labels of nodes it may run on.
   * @default - Linux
   */
  readonly nodeSelector?: { readonly [label: string]: string };

  /**
   * Priority of its Pods. Names that begin with `system-` come with a ResourceQuota, without which some clusters refuse them; empty for none.
   * @default 'system-cluster-critical'
   */
  readonly priorityClassName?: string;

  /**
   * Restrict what the agent may be asked, and what it may reach, with a NetworkPolicy.
   * @default true
   */
  readonly networkPolicy?: boolean;

  /**
   * TCP ports the agent may reach besides 22, 80, 443, 5000, 6443, 8443, 16443 and that of the repository's address.
   * @default - none
   */
  readonly egressPorts?: readonly number[];

  /**
   * Have Prometheus read its metrics, with a ServiceMonitor of prometheus-operator.
   * @default false
   */
  readonly serviceMonitor?: boolean;
}

const PRUNE_DISABLED = 'disabled';

/** Without these there is nobody who could bring them back, or everything of their kinds is gone with them. */
const KEPT: readonly string[] = ['Namespace', 'ServiceAccount', 'Deployment'];

/**
 * The agent that keeps a cluster equal to Git, as a part of what it keeps: it upgrades itself with the commit that names a new version.
 * @see docs/install.md
 */
export class Agent extends Chart {
  /** The cluster it is for. */
  public readonly cluster: Cluster;

  constructor(scope: Cluster, props: AgentProps = {}) {
    if (scope.node.tryFindChild(AGENT_LAYER)) throw errors.AgentTwice({ cluster: scope.node.id });
    super(scope, AGENT_LAYER);
    this.cluster = Cluster.of(this);
    const { cluster } = this;
    setPlacement(this, { cluster: cluster.node.id, layer: AGENT_LAYER });
    const installation = installationOf(cluster, props);
    this.addDefinitions(installation);
    for (const object of agentObjects(installation)) this.addObject(object);
    cluster._sync.addAgent();
    validateAgent(this, props);
  }

  private addDefinitions({ features }: AgentInstallation): void {
    const kind = 'CustomResourceDefinition';
    for (const { name, text } of agentCrds(features)) {
      const object = { apiVersion: 'apiextensions.k8s.io/v1', kind, metadata: { name }, text: annotated(text, annotations.prune, PRUNE_DISABLED) };
      new PrintedObject(kindScope(this, kind), name, object);
    }
  }

  private addObject(object: KubeObject): void {
    const { kind, metadata } = object;
    const kept = KEPT.includes(kind) ? { annotations: { ...metadata.annotations, [annotations.prune]: PRUNE_DISABLED } } : {};
    new ApiObject(kindScope(this, kind), metadata.name, { ...object, metadata: { ...metadata, ...kept } as ApiObjectMetadata });
  }
}

function installationOf(cluster: Cluster, props: AgentProps): AgentInstallation {
  const { sealedSecrets, notifications, readOnly, knownHosts, ...rest } = props;
  const { repository } = cluster.platform;
  return {
    ...rest,
    namespace: cluster.agentNamespace,
    features: { imageAutomation: cluster._images !== undefined, sealedSecrets, notifications },
    sync: {
      url: repository.url,
      branch: cluster._sync.branch,
      path: outputPath(cluster, SYNC_LAYER),
      repositoryName: repository.name,
      kustomizationName: cluster.node.id,
      secretName: repository.secretName,
      knownHosts,
      readOnly,
    },
  };
}
