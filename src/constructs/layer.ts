import { type ApiObject, Chart, type Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import { setPlacement } from '../synth/placement';
import type { Automation } from './automation';
import { Brand } from './brand';
import { Cluster } from './cluster';
import { isDependency } from './dependencies';
import { ExternalLayer, type IDependency, type ObjectReference } from './dependency';
import { validateLayer } from './layer-rules';
import { nameFromPath } from './names';
import { NamespaceScope, type NamespaceScopeProps } from './namespace-scope';
import type { ReleaseOptions } from './release-options';

/** What a layer is made with. */
export interface LayerProps {
  /**
   * What must be ready before anything of this layer is applied.
   * @default - nothing
   */
  readonly dependsOn?: readonly IDependency[];

  /**
   * How often the whole layer is applied anew, whether or not anything changed. Changes and drift do not wait for it.
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;

  /**
   * How soon a failed apply is tried again.
   * @default Duration.minutes(1)
   */
  readonly retryInterval?: Duration;

  /**
   * How long applied objects may take to become ready.
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * How many objects one revision may delete without a confirmation. A Namespace always needs one.
   * @default - that of the cluster
   */
  readonly deletionBudget?: number;

  /**
   * What becomes of new versions of images and charts.
   * @default - as in the cluster
   */
  readonly automation?: Automation;

  /**
   * Settings of releases in this layer that do not say otherwise, over those of the cluster.
   * @default - those of the cluster
   */
  readonly releaseDefaults?: ReleaseOptions;

  /**
   * Namespace of objects that name none. The layer does not own it.
   * @default - objects name their own, or are created in a namespace scope
   */
  readonly namespace?: string;

  /**
   * Labels of every object of the layer.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Fields of the Kustomization's spec, merged over what the other properties say; null takes a field away.
   * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
   * @default - none
   */
  readonly spec?: { readonly [field: string]: unknown };
}

const brand = new Brand<Layer>('Layer');

/** A unit of sync in a cluster: one folder of manifests, applied together by one Flux Kustomization. */
export class Layer extends Chart implements IDependency {
  /**
   * A layer that another repository brings to the same cluster.
   * @param path repository and layer: `fleet/infrastructure`
   */
  public static external(path: string): IDependency {
    return new ExternalLayer(path);
  }

  /** Whether a value is a layer, of whichever copy of this package. */
  public static isLayer(value: unknown): value is Layer {
    return brand.isOn(value);
  }

  /** The layer a construct is in. */
  public static override of(construct: IConstruct): Layer {
    const layer = Layer._find(construct);
    if (!layer) throw errors.ScopeMissing({ construct: construct.node.path, needed: 'Layer' });
    return layer;
  }

  /** @internal */
  static _find(construct: IConstruct): Layer | undefined {
    return brand.nearest(construct);
  }

  /** The cluster it is applied to. */
  public readonly cluster: Cluster;

  /** Its Kustomization. */
  public readonly reference: Required<ObjectReference>;

  /** @internal */
  public readonly _dependencies: IDependency[];

  /** @internal */
  public readonly _releaseDefaults: ReleaseOptions;

  /** @internal */
  public readonly _automation: Automation;

  /** @param id name of its Kustomization and its folder */
  constructor(scope: Cluster, id: string, props: LayerProps = {}) {
    super(scope, id, { namespace: props.namespace, labels: props.labels });
    brand.mark(this);
    this.cluster = Cluster.of(this);
    this.reference = { kind: kinds.Kustomization.kind, namespace: this.cluster.agentNamespace, name: id };
    this._dependencies = [...(props.dependsOn ?? [])];
    this._releaseDefaults = props.releaseDefaults ?? {};
    this._automation = props.automation ?? this.cluster._automation;
    setPlacement(this, { cluster: this.cluster.node.id, layer: id });
    this.cluster._sync.addLayer(this, props);
    validateLayer(this);
  }

  /**
   * Where to create what goes to one namespace.
   * @param name of the namespace
   */
  public namespaceScope(name: string, props: NamespaceScopeProps = {}): NamespaceScope {
    return new NamespaceScope(this, name, props);
  }

  /** Has the whole layer wait for these. Constructs that are no layers or releases only order what cdk8s prints. */
  public override addDependency(...dependencies: (IConstruct | IDependency)[]): void {
    this._dependencies.push(...dependencies.filter(isDependency));
    super.addDependency(...dependencies.filter((dependency): dependency is IConstruct => 'node' in dependency && !isDependency(dependency)));
  }

  /** Names come from the ids of constructs. */
  public override generateObjectName(apiObject: ApiObject): string {
    return nameFromPath(apiObject);
  }
}
