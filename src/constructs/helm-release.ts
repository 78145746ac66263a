import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { kinds } from '../model/kinds';
import { annotations } from '../model/labels';
import { apiVersionOf } from '../model/object';
import { Brand } from './brand';
import type { ChartSource } from './chart-source';
import { Cluster } from './cluster';
import { unreachable, writeDependencies } from './dependencies';
import type { IDependency, ObjectReference } from './dependency';
import { kindScope } from './kind-scope';
import { Layer } from './layer';
import { keepNulls, mergeMaps } from './maps';
import { isDnsSubdomain, nameFromPath } from './names';
import { type ReleaseOptions, releaseSpec } from './release-options';
import { usedSecrets } from './used-secrets';
import { validate } from './validation';
import type { ValuesFrom } from './values-from';

/** What a Helm release is made with. */
export interface HelmReleaseProps extends ReleaseOptions {
  /** The chart to install. */
  readonly chart: ChartSource;

  /**
   * Values of the chart. A null takes a default of the chart away.
   * @default - the chart's own
   */
  readonly values?: object;

  /**
   * Values from the cluster, later ones over earlier ones, `values` over all of them.
   * @default - none
   */
  readonly valuesFrom?: readonly ValuesFrom[];

  /**
   * Name that `helm list` shows, at most 53 characters.
   * @default - the release's own name, which its id gives
   */
  readonly releaseName?: string;

  /**
   * What must be ready before it is installed or upgraded.
   * @default - nothing
   */
  readonly dependsOn?: readonly IDependency[];

  /**
   * Labels of the HelmRelease object.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Annotations of the HelmRelease object.
   * @default - none
   */
  readonly annotations?: { readonly [key: string]: string };
}

// Helm's own limit: charts make names from it.
const MAX_RELEASE_NAME = 53;

const brand = new Brand<HelmRelease>('HelmRelease');

/** A Helm chart, installed in the namespace it is created in and kept up to date there. */
export class HelmRelease extends Construct implements IDependency {
  /** Whether a value is a Helm release, of whichever copy of this package. */
  public static isHelmRelease(value: unknown): value is HelmRelease {
    return brand.isOn(value);
  }

  /** The layer it is applied with. */
  public readonly layer: Layer;

  /** Name of its HelmRelease object. */
  public readonly name: string;

  /** Namespace of its HelmRelease object, and of what the chart installs. */
  public readonly namespace: string;

  /** Name that `helm list` shows. */
  public readonly releaseName: string;

  /** Its HelmRelease object. */
  public readonly reference: Required<ObjectReference>;

  private readonly waitsFor: IDependency[];
  private readonly uses: () => IDependency[];

  constructor(scope: Construct, id: string, props: HelmReleaseProps) {
    super(kindScope(scope, kinds.HelmRelease.kind), id);
    brand.mark(this);
    const cluster = Cluster.of(this);
    this.layer = Layer.of(this);
    this.name = nameFromPath(this);
    this.namespace = Chart.of(this).namespace ?? '';
    this.releaseName = props.releaseName ?? this.name;
    this.reference = { kind: kinds.HelmRelease.kind, namespace: this.namespace, name: this.name };
    this.waitsFor = [...(props.dependsOn ?? [])];

    const dependencies = () => writeDependencies(this.reference, this._dependencies, cluster.agentNamespace);
    const defaults = [cluster._releaseDefaults, this.layer._releaseDefaults];
    const chart = props.chart._binding.bind(this);
    const spec = mergeMaps(
      {
        releaseName: this.releaseName,
        ...chart.spec,
        dependsOn: Lazy.any({ produce: () => dependencies().dependsOn }),
        values: props.values,
        valuesFrom: props.valuesFrom?.map(({ _spec }) => _spec),
      },
      releaseSpec([...defaults, props]),
    );
    const object = new ApiObject(this, 'Resource', {
      apiVersion: apiVersionOf(kinds.HelmRelease),
      kind: kinds.HelmRelease.kind,
      metadata: {
        name: this.name,
        labels: props.labels,
        annotations: { ...props.annotations, ...chart.annotations, [annotations.dependsOn]: Lazy.any({ produce: () => dependencies().annotation }) },
      },
      spec,
    });
    this.uses = () => usedSecrets(spec, props.valuesFrom);
    keepNulls(object, '/spec/values', spec.values);
    validate(this, () => this.problems(props.chart));
  }

  /** Waits for these too. */
  public addDependency(...dependencies: IDependency[]): void {
    this.waitsFor.push(...dependencies);
  }

  /** What it was told to wait for, and the Secrets it uses. @internal */
  get _dependencies(): IDependency[] {
    return [...this.waitsFor, ...this.uses()];
  }

  private problems(chart: ChartSource): FairleadError[] {
    const problems = [...chart._binding.problems(this), ...unreachable(this, this._dependencies)];
    if (this.releaseName.length > MAX_RELEASE_NAME || !isDnsSubdomain(this.releaseName)) {
      problems.push(errors.ReleaseNameInvalid({ release: this.releaseName }));
    }
    return problems;
  }
}
