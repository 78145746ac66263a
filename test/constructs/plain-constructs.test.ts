import { ApiObject, Cron, Testing } from 'cdk8s';
import { ClusterRole, ConfigMap, CronJob, Deployment, Namespace, Pods, Service, StatefulSet, type Workload } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type Cluster, Environment, Layer } from '../../src';
import { programOf, synthTree } from './programs';

const containers = [{ image: 'nginx', portNumber: 80, securityContext: { user: 1000 } }];

function podSelectorOf(workload: Workload) {
  return ApiObject.of(workload).toJson().spec.selector.matchLabels;
}

test('names come from the ids people gave, without hashes', () => {
  const paths = Object.keys(
    synthTree((cluster) => {
      const web = new Construct(new Environment(cluster, 'dev'), 'Web Shop');
      new ConfigMap(web, 'settings');
      new ConfigMap(web, 'Web Shop');
      new CronJob(web, 'nightly', { containers, schedule: Cron.daily() });
    }),
  );
  expect(paths.filter((path) => path.startsWith('gke/dev/dev/'))).toEqual([
    'gke/dev/dev/configmap-web-shop-settings.yaml',
    'gke/dev/dev/configmap-web-shop.yaml',
    'gke/dev/dev/cronjob.batch-web-shop-nightly.yaml',
  ]);
});

test('a workload, its pods and what selects them agree on a readable address', () => {
  const tree = synthTree((cluster) => {
    const web = new Deployment(new Environment(cluster, 'dev'), 'web', { containers });
    web.exposeViaService();
    web.scheduling.separate(web);
  });
  const { spec } = tree['gke/dev/dev/deployment.apps-web.yaml'];
  const address = { 'cdk8s.io/metadata.addr': 'deployment.web' };
  expect(spec.selector.matchLabels).toEqual(address);
  expect(spec.template.metadata.labels).toEqual(address);
  expect(spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels).toEqual(address);
  expect(tree['gke/dev/dev/service-web-service.yaml'].spec.selector).toEqual(address);
});

test('an address stays when the construct moves but its object does not', () => {
  const addressAt = (scope: (environment: Environment) => Construct) => {
    let found: unknown;
    programOf((cluster) => {
      const environment = new Environment(cluster, 'dev');
      found = podSelectorOf(new Deployment(scope(environment), 'web', { metadata: { name: 'shop' }, containers }));
    });
    return found;
  };
  expect(addressAt((environment) => new Construct(environment, 'elsewhere'))).toEqual(addressAt((environment) => environment));
});

test('workloads of two kinds with one name, and of any length, have addresses of their own', () => {
  const selectors: unknown[] = [];
  programOf((cluster) => {
    const dev = new Environment(cluster, 'dev');
    const service = new Service(dev, 'service', { ports: [{ port: 80 }] });
    for (const [id, name] of [
      ['a', 'web'],
      ['b', 'x'.repeat(63)],
      ['c', `${'x'.repeat(62)}y`],
    ] as const) {
      selectors.push(podSelectorOf(new Deployment(dev, id, { metadata: { name }, containers })));
    }
    selectors.push(podSelectorOf(new StatefulSet(dev, 'd', { metadata: { name: 'web' }, containers, service })));
  });
  const addresses = selectors.map((selector) => Object.values(selector as object)[0] as string);
  expect(new Set(addresses).size).toBe(4);
  for (const address of addresses) expect(address).toMatch(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/);
});

test('selectors that people write are left alone', () => {
  const tree = synthTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    const web = new Deployment(dev, 'web', { containers, select: false, podMetadata: { labels: { app: 'web' } } });
    web.select(Pods.select(dev, 'web-pods', { labels: { app: 'web' } }).toPodSelectorConfig().labelSelector);
  });
  expect(tree['gke/dev/dev/deployment.apps-web.yaml'].spec.selector.matchLabels).toEqual({ app: 'web' });
});

test('a namespace is stamped on what is in one, and on nothing else', () => {
  const tree = synthTree(
    (cluster) => {
      const dev = new Environment(cluster, 'dev');
      new ClusterRole(dev, 'reader');
      new Namespace(dev, 'scratch');
      new ApiObject(dev, 'issuer', { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer' });
      new ApiObject(dev, 'region', { apiVersion: 'acme.example/v1', kind: 'Region' });
      new ApiObject(dev, 'certificate', { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' });
      new ConfigMap(dev, 'elsewhere', { metadata: { namespace: 'other' } });
    },
    { clusterScopedKinds: ['acme.example/Region'] },
  );
  expect(Object.keys(tree).filter((path) => path.startsWith('gke/dev/'))).toEqual([
    'gke/dev/_cluster/clusterissuer.cert-manager.io-issuer.yaml',
    'gke/dev/_cluster/clusterrole.rbac.authorization.k8s.io-reader.yaml',
    'gke/dev/_cluster/namespace-dev.yaml',
    'gke/dev/_cluster/namespace-scratch.yaml',
    'gke/dev/_cluster/region.acme.example-region.yaml',
    'gke/dev/dev/certificate.cert-manager.io-certificate.yaml',
    'gke/dev/other/configmap-elsewhere.yaml',
  ]);
});

test('each namespace scope of a layer stamps its own', () => {
  const tree = synthTree((cluster) => {
    const layer = new Layer(cluster, 'services', { labels: { tier: 'apps' } });
    for (const name of ['eevee', 'pikachu']) new ConfigMap(layer.namespaceScope(name), 'settings');
    new ConfigMap(layer.namespaceScope('kube-system', { create: false }), 'settings');
  });
  expect(Object.keys(tree).filter((path) => path.startsWith('gke/services/'))).toEqual([
    'gke/services/_cluster/namespace-eevee.yaml',
    'gke/services/_cluster/namespace-pikachu.yaml',
    'gke/services/eevee/configmap-settings.yaml',
    'gke/services/kube-system/configmap-settings.yaml',
    'gke/services/pikachu/configmap-settings.yaml',
  ]);
  expect(tree['gke/services/eevee/configmap-settings.yaml'].metadata.labels).toEqual({ tier: 'apps' });
});

test("cdk8s' own test helper prints the same objects", () => {
  let dev: Environment | undefined;
  const build = (cluster: Cluster) => {
    dev = new Environment(cluster, 'dev');
    new Deployment(dev, 'web', { containers }).exposeViaService();
  };
  const tree = synthTree(build);
  const printed = Testing.synth(dev!) as unknown[];
  const written = Object.entries(tree).filter(([path]) => path.startsWith('gke/dev/'));
  expect(printed).toHaveLength(written.length);
  expect(printed).toEqual(expect.arrayContaining(written.map(([, object]) => object)));
});
