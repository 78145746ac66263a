import { ChartSource, Cluster, Environment, HelmRelease, Platform, Repository, Values } from 'fairlead';
import type { PodinfoValues } from './charts/podinfo.values';

interface PodinfoEnvironmentProps {
  /** Tag of the image to run. */
  readonly tag: string;

  /**
   * Helm release name.
   * @default - `podinfo-<environment>`
   */
  readonly release?: string;

  /**
   * What differs from the other environments.
   * @default - nothing
   */
  readonly values?: PodinfoValues;
}

/** Podinfo in a namespace of its own. */
class PodinfoEnvironment extends Environment {
  constructor(cluster: Cluster, id: string, props: PodinfoEnvironmentProps) {
    super(cluster, id);
    const image = { repository: 'docker.io/stefanprodan/podinfo', tag: props.tag };
    new HelmRelease(this, props.release ?? `podinfo-${id}`, {
      chart: ChartSource.git({ path: 'charts/podinfo' }),
      values: Values.merge<PodinfoValues>({ image, replicaCount: 1 }, props.values),
    });
  }
}

const repository = process.env.REPOSITORY_URL ?? 'git@github.com:acme/podinfo-environments';
const platform = new Platform({ repository: Repository.git(repository, { branch: 'main' }) });
const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });

new PodinfoEnvironment(gke, 'dev', { tag: '6.7.1' });
new PodinfoEnvironment(gke, 'stg', {
  release: 'podinfo-rc',
  tag: '6.7.1',
  values: { replicaCount: 2, hpa: { enabled: true, maxReplicas: 10, cpu: 50, memory: '128Mi' } },
});
new PodinfoEnvironment(gke, 'prod', { tag: '6.7.0', values: { replicaCount: 3 } });

platform.synth();
