import { ApiObject } from 'cdk8s';
import { ChartVersion, type Cluster, HelmRelease, HelmRepository, Layer } from 'fairlead';

/** What every cluster has before its apps come. */
export class Infrastructure extends Layer {
  /** Priority of Pods that people use. */
  public readonly priorityClassName = 'apps';

  constructor(cluster: Cluster) {
    super(cluster, 'infrastructure');
    new ApiObject(this, 'priority', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: this.priorityClassName },
      value: 1000,
      description: 'Apps go before batch work.',
    });

    const namespace = this.namespaceScope('cert-manager');
    const jetstack = new HelmRepository(namespace, 'jetstack', { url: 'https://charts.jetstack.io' });
    new HelmRelease(namespace, 'cert-manager', {
      chart: jetstack.chart('cert-manager', ChartVersion.exact('v1.19.1')),
      values: { crds: { enabled: true } },
    });
  }
}
