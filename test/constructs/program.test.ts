import { ConfigMap } from 'cdk8s-plus-27';
import { ChartSource, ChartVersion, Duration, Environment, HelmRelease, HelmRepository, Layer, ValuesFrom } from '../../src';
import { synthTree } from './programs';

test('an environment becomes a namespace, a release, a source and two Kustomizations', () => {
  const tree = synthTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    new HelmRelease(dev, 'podinfo', { chart: ChartSource.git({ path: 'charts/podinfo' }), values: { replicaCount: 1 } });
  });
  expect(tree).toMatchSnapshot();
});

test('infrastructure before apps, a release from a repository, values from a ConfigMap', () => {
  const tree = synthTree(
    (cluster) => {
      const infrastructure = new Layer(cluster, 'infrastructure');
      const system = infrastructure.namespaceScope('kube-system', { create: false });
      const bitnami = new HelmRepository(system, 'bitnami', { url: 'https://charts.bitnami.com/bitnami' });
      const values = new ConfigMap(system, 'mariadb-values', { data: { 'values.yaml': '{}' } });
      const database = new HelmRelease(system, 'mariadb', {
        chart: bitnami.chart('mariadb', ChartVersion.floating('>=10.4.0 <11')),
        releaseName: 'database',
        valuesFrom: [ValuesFrom.configMap(values)],
      });
      const apps = new Layer(cluster, 'apps', { dependsOn: [infrastructure, database, Layer.external('tenants/quotas')], deletionBudget: 20 });
      const shop = apps.namespaceScope('shop', { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } });
      new HelmRelease(shop, 'shop', { chart: ChartSource.local('charts/podinfo'), dependsOn: [database, infrastructure], install: { retries: 0 } });
    },
    { releaseDefaults: { interval: Duration.hours(1), install: { retries: 5 } } },
  );
  expect(tree).toMatchSnapshot();
});
