import type { Duration } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { errors } from '../common/errors';
import { DEFAULT_AGENT_NAMESPACE } from '../model/labels';
import { Automation } from './automation';
import { Brand } from './brand';
import { validateCluster } from './cluster-rules';
import { ImageObjects } from './image-objects';
import { Platform } from './platform';
import type { ReleaseOptions } from './release-options';
import { SyncObjects } from './sync-objects';

/** What a cluster is made with. */
export interface ClusterProps {
  /** Version of Kubernetes it runs: `1.36` or `1.36.3`. What is checked at synth is checked for it. */
  readonly kubernetesVersion: string;

  /**
   * Branch the cluster follows.
   * @default - that of the platform's repository
   */
  readonly branch?: string;

  /**
   * Namespace of the agent and of the objects it starts from.
   * @default 'flux-system'
   */
  readonly agentNamespace?: string;

  /**
   * How often the agent looks for new commits, besides when a webhook tells it.
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * How many objects one revision of a layer may delete without a confirmation. A Namespace, and a whole layer, always need one.
   * @default 5
   */
  readonly deletionBudget?: number;

  /**
   * What becomes of new versions of images and charts.
   * @default Automation.commit()
   */
  readonly automation?: Automation;

  /**
   * Whether the cluster looks for new versions at all. Without, versions come from locks as ever, and people change them.
   * @default true
   */
  readonly imageAutomation?: boolean;

  /**
   * Settings of all releases that do not say otherwise.
   * @default - each setting's own default
   */
  readonly releaseDefaults?: ReleaseOptions;
}

const DEFAULT_DELETION_BUDGET = 5;

const brand = new Brand<Cluster>('Cluster');

/** A Kubernetes cluster that is kept equal to a folder of the repository. */
export class Cluster extends Construct {
  /** Whether a value is a cluster, of whichever copy of this package. */
  public static isCluster(value: unknown): value is Cluster {
    return brand.isOn(value);
  }

  /** The cluster a construct is in. */
  public static of(construct: IConstruct): Cluster {
    const cluster = brand.nearest(construct);
    if (!cluster) throw errors.ScopeMissing({ construct: construct.node.path, needed: 'Cluster' });
    return cluster;
  }

  /** The platform it belongs to. */
  public readonly platform: Platform;

  /** Version of Kubernetes it runs. */
  public readonly kubernetesVersion: string;

  /** Namespace of the agent and of the objects it starts from. */
  public readonly agentNamespace: string;

  /** How many objects one revision of a layer may delete without a confirmation, where the layer does not say otherwise. */
  public readonly deletionBudget: number;

  /** @internal */
  public readonly _releaseDefaults: ReleaseOptions;

  /** @internal */
  public readonly _sync: SyncObjects;

  /** @internal */
  public readonly _automation: Automation;

  /** Absent where the cluster looks for no new versions. @internal */
  public readonly _images?: ImageObjects;

  /** @param id name of the cluster, its folder and its root Kustomization */
  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    brand.mark(this);
    this.platform = Platform.of(this);
    this.kubernetesVersion = props.kubernetesVersion;
    this.agentNamespace = props.agentNamespace ?? DEFAULT_AGENT_NAMESPACE;
    this.deletionBudget = props.deletionBudget ?? DEFAULT_DELETION_BUDGET;
    this._releaseDefaults = props.releaseDefaults ?? {};
    this._sync = new SyncObjects(this, props);
    this._automation = props.automation ?? Automation.commit();
    if (props.imageAutomation ?? true) this._images = new ImageObjects(this);
    validateCluster(this);
  }
}
