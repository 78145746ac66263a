import type { PodinfoValues } from '../../examples/podinfo/charts/podinfo.values';
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
} from '../../src';
import { openSeals } from '../../src/synth/seals';
import { ROOT, treeOf } from './programs';
import { newCertificate, sealed } from './seals';

interface PodinfoEnvironmentProps {
  readonly release?: string;
  readonly select: ImageSelection;
  readonly initial: string;
  readonly values?: Partial<PodinfoValues>;
}

class PodinfoEnvironment extends Environment {
  constructor(cluster: Cluster, id: string, props: PodinfoEnvironmentProps) {
    super(cluster, id);
    const image = new ImagePolicy(this, 'podinfo', {
      repository: 'docker.io/stefanprodan/podinfo',
      select: props.select,
      initial: props.initial,
    });
    new HelmRelease(this, props.release ?? `podinfo-${id}`, {
      chart: ChartSource.git({ path: 'charts/podinfo' }),
      values: Values.merge<PodinfoValues>({ image: image.values(), replicaCount: 1 }, props.values),
    });
  }
}

const newest = (glob: string) => ImageSelection.newest({ tags: TagFilter.glob(glob) });

test('dev, stg, prod and hotfix on one cluster, with a sealed secret for dev', async () => {
  const platform = new Platform({ repository: Repository.git('git@github.com:acme/podinfo-environments', { branch: 'main' }), root: ROOT });
  const text = sealed(await newCertificate());
  openSeals(platform, { read: (path) => (path === 'secrets/gke/dev/basic-auth.yaml' ? text : undefined), list: () => [] });
  const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });

  const dev = new PodinfoEnvironment(gke, 'dev', { select: newest('dev-*'), initial: 'dev-kb9lm91e' });
  new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });

  new PodinfoEnvironment(gke, 'stg', {
    release: 'podinfo-rc',
    select: newest('stg-*'),
    initial: 'stg-9ij63o4c',
    values: { replicaCount: 2, hpa: { enabled: true, maxReplicas: 10, cpu: 50, memory: '128Mi' } },
  });
  new PodinfoEnvironment(gke, 'prod', { select: ImageSelection.semver('~0.4'), initial: '0.4.10', values: { replicaCount: 3 } });
  new PodinfoEnvironment(gke, 'hotfix', { select: newest('hotfix-*'), initial: '0.4.10' });

  expect(Object.keys(treeOf(platform)).filter((path) => path.startsWith('gke/dev/'))).toEqual([
    'gke/dev/_cluster/namespace-dev.yaml',
    'gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo-dev.yaml',
    'gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml',
  ]);
});
