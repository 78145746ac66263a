import {
  ChartSource,
  Cluster,
  Environment,
  HelmRelease,
  ImagePolicy,
  ImageSelection,
  Platform,
  Repository,
  SealedSecret,
  TagFilter,
  Values,
} from 'fairlead';
import type { PodinfoValues } from './charts/podinfo.values';

interface PodinfoEnvironmentProps {
  /**
   * Helm release name.
   * @default - `podinfo-<environment>`
   */
  readonly release?: string;

  /** Which images to run. */
  readonly select: ImageSelection;

  /** Tag to run while none matches yet. */
  readonly initial: string;

  /**
   * Whether visitors have to give a name and a password.
   * @default false
   */
  readonly basicAuth?: boolean;

  /**
   * What differs from the other environments.
   * @default - nothing
   */
  readonly values?: PodinfoValues;
}

// Copies of this repository may read images and manifests elsewhere.
const { IMAGE_REPOSITORY = 'docker.io/stefanprodan/podinfo', REPOSITORY_URL = 'git@github.com:acme/podinfo-environments' } = process.env;

/** Podinfo in a namespace of its own. */
class PodinfoEnvironment extends Environment {
  constructor(cluster: Cluster, id: string, props: PodinfoEnvironmentProps) {
    super(cluster, id);
    const image = new ImagePolicy(this, 'podinfo', { repository: IMAGE_REPOSITORY, select: props.select, initial: props.initial });
    const secret = props.basicAuth ? new SealedSecret(this, 'basic-auth', { keys: ['user', 'password'] }) : undefined;
    const basicAuth = secret && { existingSecret: secret.secretName };
    new HelmRelease(this, props.release ?? `podinfo-${id}`, {
      chart: ChartSource.git({ path: 'charts/podinfo' }),
      values: Values.merge<PodinfoValues>({ image: image.values(), basicAuth, replicaCount: 1 }, props.values),
    });
  }
}

const newest = (glob: string) => ImageSelection.newest({ tags: TagFilter.glob(glob) });

const platform = new Platform({ repository: Repository.git(REPOSITORY_URL, { branch: 'main' }) });
const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });

new PodinfoEnvironment(gke, 'dev', { select: newest('dev-*'), initial: 'dev-kb9lm91e', basicAuth: true }); // secrets/gke/dev/basic-auth.yaml
new PodinfoEnvironment(gke, 'stg', {
  release: 'podinfo-rc',
  select: newest('stg-*'),
  initial: 'stg-9ij63o4c',
  values: { replicaCount: 2, hpa: { enabled: true, maxReplicas: 10, cpu: 50, memory: '128Mi' } },
});
new PodinfoEnvironment(gke, 'prod', { select: ImageSelection.semver('~0.4'), initial: '0.4.10', values: { replicaCount: 3 } });

platform.synth();
