import { ApiObject, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import { annotations } from '../model/labels';
import { apiVersionOf } from '../model/object';
import { ChartSource } from './chart-source';
import { ChartVersion } from './chart-version';
import { Cluster } from './cluster';
import { durationText } from './duration-text';
import type { HelmRelease } from './helm-release';
import { kindScope } from './kind-scope';
import { lockChart } from './locked-chart';
import type { LockedVersion } from './locked-version';
import { mergeMaps } from './maps';
import { isDnsSubdomain, nameFromPath } from './names';
import { validate } from './validation';

/** What a Helm repository is made with. */
export interface HelmRepositoryProps {
  /** Where the cluster reads it: `https://…`, `http://…` or `oci://…`. */
  readonly url: string;

  /**
   * Where laptops and CI read it, if they cannot reach `url`.
   * @default - url
   */
  readonly clientUrl?: string;

  /**
   * Secret beside it with `username` and `password`.
   * @default - none
   */
  readonly secretName?: string;

  /**
   * How often its index is read.
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;

  /**
   * Fields of the HelmRepository's spec, merged over what the other properties say; null takes a field away.
   * @see https://fluxcd.io/flux/components/source/helmrepositories/
   * @default - none
   */
  readonly spec?: { readonly [field: string]: unknown };
}

const INTERVAL = Duration.minutes(10);

/** A repository of charts. Outside of a namespace scope it lives in the agent's namespace. */
export class HelmRepository extends Construct {
  /** Name of its HelmRepository object. */
  public readonly name: string;

  /** Namespace of its HelmRepository object. */
  public readonly namespace: string;

  /** Where the cluster reads it. */
  public readonly url: string;

  /** Where laptops and CI read it. */
  public readonly clientUrl: string;

  constructor(scope: Construct, id: string, props: HelmRepositoryProps) {
    super(kindScope(scope, kinds.HelmRepository.kind), id);
    this.name = nameFromPath(this);
    this.namespace = Chart.of(this).namespace ?? Cluster.of(this).agentNamespace;
    this.url = props.url;
    this.clientUrl = props.clientUrl ?? props.url;
    const spec = {
      interval: durationText(props.interval ?? INTERVAL),
      url: props.url,
      type: props.url.startsWith('oci://') ? 'oci' : undefined,
      secretRef: props.secretName === undefined ? undefined : { name: props.secretName },
    };
    new ApiObject(this, 'Resource', {
      apiVersion: apiVersionOf(kinds.HelmRepository),
      kind: kinds.HelmRepository.kind,
      metadata: {
        name: this.name,
        namespace: this.namespace,
        ...(this.clientUrl === this.url ? {} : { annotations: { [annotations.clientUrl]: this.clientUrl } }),
      },
      spec: mergeMaps(spec, props.spec),
    });
    validate(this, () => [
      ...(isDnsSubdomain(this.name) ? [] : [errors.NameInvalid({ what: 'Helm repository', name: this.name })]),
      ...(/^(https?|oci):\/\/[^/]/.test(props.url) ? [] : [errors.HelmRepositoryUrlInvalid({ url: props.url })]),
      ...[this.url, this.clientUrl].filter(holdsPassword).map((url) => errors.RepositoryUrlSecret({ url: url.replace(/\/\/[^/@]*@/, '//') })),
    ]);
  }

  /**
   * A chart of this repository.
   * @param version which of its versions to run; by default the one in the lock
   */
  public chart(name: string, version: ChartVersion = ChartVersion.locked()): ChartSource {
    const sourceRef = { kind: kinds.HelmRepository.kind, name: this.name, namespace: this.namespace };
    return ChartSource._of({
      bind: (release) => {
        if (!version._isLocked) return { spec: { chart: { spec: { chart: name, version: version._text, sourceRef } } } };
        const { tag, digest } = this.lock(release, name, version);
        return { spec: { chart: { spec: { chart: name, version: tag, sourceRef } } }, annotations: { [annotations.chartDigest]: digest } };
      },
      problems: () => version._problems(name),
    });
  }

  private lock(release: HelmRelease, chart: string, version: ChartVersion): LockedVersion {
    const annotation = [kinds.HelmRepository.kind, this.namespace, this.name, chart].join('/');
    return lockChart(release, { url: this.url, clientUrl: this.clientUrl, chart, version, annotation });
  }
}

function holdsPassword(url: string): boolean {
  return /^[a-z]+:\/\/[^/]*@/.test(url);
}
