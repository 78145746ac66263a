import { ChartSource, type Cluster, Environment, HelmRelease, ImagePolicy, type ImageSelection, Values } from 'fairlead';

/** Values of charts/podinfo. */
export interface PodinfoValues {
  readonly replicaCount?: number;
  /** Greeting on the page. */
  readonly message?: string;
  readonly image?: { readonly repository?: string; readonly tag?: string };
}

export interface PodinfoEnvironmentProps {
  /** Which images to run. */
  readonly select: ImageSelection;

  /** Tag to run while none was looked up yet. */
  readonly initial: string;

  /**
   * What differs from the other environments.
   * @default - nothing
   */
  readonly values?: PodinfoValues;
}

/** Podinfo in a namespace of its own. */
export class PodinfoEnvironment extends Environment {
  constructor(cluster: Cluster, id: string, props: PodinfoEnvironmentProps) {
    super(cluster, id);
    const image = new ImagePolicy(this, 'podinfo', {
      repository: 'docker.io/stefanprodan/podinfo',
      select: props.select,
      initial: props.initial,
    });
    new HelmRelease(this, 'podinfo', {
      chart: ChartSource.local('charts/podinfo'),
      values: Values.merge<PodinfoValues>({ image: image.values(), replicaCount: 1 }, props.values),
    });
  }
}
