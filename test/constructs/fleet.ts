import { ConfigMap, Deployment } from 'cdk8s-plus-27';
import {
  Automation,
  ChartSource,
  ChartVersion,
  type Cluster,
  CrdPolicy,
  Environment,
  flux,
  GitRef,
  HelmRelease,
  HelmRepository,
  ImagePolicy,
  ImageSelection,
  Layer,
  Repository,
  TagFilter,
  Team,
  Values,
  ValuesFrom,
} from '../../src';

/** A cluster with a bit of everything. */
export function fleet(cluster: Cluster): void {
  const infrastructure = new Layer(cluster, 'infrastructure');
  const system = infrastructure.namespaceScope('kube-system', { create: false });
  const bitnami = new HelmRepository(system, 'bitnami', { url: 'https://charts.bitnami.com/bitnami', secretName: 'bitnami' });
  const shared = new HelmRepository(infrastructure, 'shared', { url: 'oci://ghcr.io/acme/charts' });
  const values = new ConfigMap(system, 'mariadb-values', { data: { 'values.yaml': '{}' } });
  const database = new HelmRelease(system, 'mariadb', {
    chart: bitnami.chart('mariadb', ChartVersion.floating('>=10.4.0 <11')),
    releaseName: 'database',
    valuesFrom: [ValuesFrom.configMap(values), ValuesFrom.secret('mariadb', { key: 'password', targetPath: 'auth.password', optional: true })],
    install: { crds: CrdPolicy.CREATE_REPLACE },
  });

  const quotas = Layer.external('tenants/quotas');
  const apps = new Layer(cluster, 'apps', { dependsOn: [infrastructure, database, quotas], deletionBudget: 20 });
  const shop = apps.namespaceScope('shop', { owner: new Team('eevee'), labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } });
  new HelmRelease(shop, 'shop', { chart: ChartSource.local('charts/podinfo'), dependsOn: [database, infrastructure], install: { retries: 0 } });
  new HelmRelease(shop, 'backend', { chart: shared.chart('backend', ChartVersion.exact('1.2.3')) });
  const old = ChartSource.git({ repository: Repository.git('git@github.com:acme/charts'), path: 'old', ref: GitRef.tag('v1') });
  new HelmRelease(shop, 'old', { chart: old, values: Values.merge<object>({ metrics: { port: 9 } }, { metrics: null }) });
  new HelmRelease(shop, 'podinfo', { chart: ChartSource.oci('oci://ghcr.io/stefanprodan/charts/podinfo', ChartVersion.floating('6.x')) });

  const image = new ImagePolicy(shop, 'shop', {
    repository: 'ghcr.io/acme/shop',
    select: ImageSelection.newest({ tags: TagFilter.all().excluding(TagFilter.contains('tmp')) }),
    initial: 'main-1',
    pinDigest: true,
    secretName: 'registry',
    insecure: true,
    automation: Automation.pullRequest({
      message: '{{ .Values.cluster }}',
      messageValues: { cluster: 'gke' },
      signing: { type: 'ssh', secretName: 'signing' },
      pushOptions: { 'merge_request.create': '' },
    }),
  });
  new ImagePolicy(shop, 'latest', { repository: 'ghcr.io/acme/tools', select: ImageSelection.digest('latest') });
  const numbers = TagFilter.regexp('^main-(?P<n>[0-9]+)$', { extract: '$n' });
  new ImagePolicy(shop, 'numbered', { repository: 'ghcr.io/acme/jobs', select: ImageSelection.numerical({ tags: numbers }), initial: 'main-7' });
  const images = { main: image.values(), digest: image.digest, sidecar: image.reference };
  new HelmRelease(shop, 'locked', { chart: shared.chart('backend', ChartVersion.locked('1.x', { initial: '1.2.3' })), values: { images } });
  new HelmRelease(shop, 'oci', { chart: ChartSource.oci('oci://ghcr.io/acme/charts/cron', ChartVersion.locked('1.x', { initial: '1.0.0' })) });

  const hello = new Environment(cluster, 'hello', { namespaceLabels: { stage: 'dev' } });
  new Deployment(hello, 'hello', { containers: [{ image: 'nginx', portNumber: 80 }] }).exposeViaService();
  new flux.Bucket(hello, 'files', { spec: { interval: '1h', bucketName: 'files', endpoint: 's3.example.com' } });
}
