import { Size } from 'cdk8s';
import { Cpu, Deployment, LabelSelector, Service } from 'cdk8s-plus-27';
import { Automation, Cluster, Environment, ImagePolicy, ImageSelection, Platform, Repository, TagFilter } from 'fairlead';

// Copies of this repository may read images and manifests elsewhere.
const { IMAGE_REPOSITORY = 'registry.gitlab.com/acme/hello', REPOSITORY_URL = 'git@gitlab.com:acme/hello' } = process.env;

const platform = new Platform({ repository: Repository.git(REPOSITORY_URL, { branch: 'main' }) });
// What automation commits needs no pipeline: it is this pipeline that made the image.
const cluster = new Cluster(platform, 'gitlab', { kubernetesVersion: '1.36', automation: Automation.commit({ skipCi: true }) });
const hello = new Environment(cluster, 'hello');

// The pipeline pushes `tmp-<sha>` to test it, then `<sha>` and the branch. Whatever was built last and is not `tmp` runs.
const image = new ImagePolicy(hello, 'hello', {
  repository: IMAGE_REPOSITORY,
  select: ImageSelection.newest({ tags: TagFilter.all().excluding(TagFilter.contains('tmp')) }),
  initial: 'main',
});

const labels = { 'app.kubernetes.io/name': 'hello' };
const user = { ensureNonRoot: true, user: 10001, group: 10001 };
const deployment = new Deployment(hello, 'deployment', {
  metadata: { name: 'hello', labels },
  podMetadata: { labels },
  select: false,
  replicas: 2,
  securityContext: user,
  containers: [
    {
      image: image.reference,
      portNumber: 8080,
      resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
      securityContext: { ...user, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    },
  ],
});
deployment.select(LabelSelector.of({ labels }));
new Service(hello, 'service', { metadata: { name: 'hello', labels }, selector: deployment, ports: [{ port: 80, targetPort: 8080 }] });

platform.synth();
