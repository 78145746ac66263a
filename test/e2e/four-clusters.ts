import { ApiObject, JsonPatch } from 'cdk8s';
import {
  Automation,
  ChartVersion,
  Cluster,
  Environment,
  HelmRelease,
  HelmRepository,
  ImagePolicy,
  ImageSelection,
  Platform,
  Repository,
  TagFilter,
} from 'fairlead';

const repository = Repository.git(process.env.REPOSITORY_URL!, { secretName: 'fleet' });
const platform = new Platform({ repository });

/** An environment whose one image is chosen by a policy called `app`, as in every other. */
function environment(cluster: Cluster, name: string, select: ImageSelection, automation?: Automation): { scope: Environment; image: ImagePolicy } {
  const scope = new Environment(cluster, name);
  const image = new ImagePolicy(scope, 'app', {
    repository: 'localhost:5000/acme/app',
    select,
    initial: '1.0.0',
    pinDigest: name === 'stg',
    automation,
  });
  new ApiObject(scope, 'app', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels: { 'app.kubernetes.io/version': image.tag } },
    spec: { template: { spec: { containers: [{ name: 'app', image: image.reference, command: ['sh', '-c', 'echo "a: b" # no\n'] }] } } },
  }).addJsonPatch(JsonPatch.add('/spec/template/metadata', { annotations: { '22:22': '0x1', digest: name === 'stg' ? image.digest : 'none' } }));
  return { scope, image };
}

for (const name of ['gke', 'eks', 'aks', 'on-prem']) {
  const cluster = new Cluster(platform, name, { kubernetesVersion: '1.36' });
  const tags = TagFilter.regexp('^1\\.');
  environment(cluster, 'dev', ImageSelection.newest());
  environment(cluster, 'stg', ImageSelection.semver('>=1.0.0', { tags }));
  environment(cluster, 'prod', ImageSelection.semver('~1', { tags }), Automation.pullRequest());
  environment(cluster, 'clean', ImageSelection.semver('*', { tags: TagFilter.all().excluding(TagFilter.contains('tmp')) }));

  const { scope, image } = environment(cluster, 'derived', ImageSelection.semver('*'));
  new ApiObject(scope, 'banner', { apiVersion: 'v1', kind: 'ConfigMap', data: { banner: `runs ${image.tag}` } });
  const charts = new HelmRepository(scope, 'charts', { url: 'https://charts.example.com/stable' });
  new HelmRelease(scope, 'proxy', { chart: charts.chart('proxy', ChartVersion.locked('2.x', { initial: '2.0.0' })) });
}

platform.synth();
