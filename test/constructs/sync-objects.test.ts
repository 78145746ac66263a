import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, JsonPatch } from 'cdk8s';
import {
  ChartSource,
  ChartVersion,
  type Cluster,
  CrdPolicy,
  DriftDetection,
  Duration,
  Environment,
  GitRef,
  HelmRelease,
  Layer,
  Repository,
} from '../../src';
import { synthTree } from './programs';

const url = 'https://git.example.com/acme/fleet';
const chart = ChartSource.git({ path: 'charts/podinfo' });

test('a cluster follows its branch, at its interval, in its namespace', () => {
  const tree = synthTree(() => {}, { branch: 'production', interval: Duration.seconds(30), agentNamespace: 'agent' });
  expect(tree['gke/_sync/agent/gitrepository.source.toolkit.fluxcd.io-fleet.yaml'].spec).toEqual({
    interval: '30s',
    ref: { branch: 'production' },
    url: 'https://git.example.com/acme/fleet.git',
  });
  expect(Object.keys(tree)).toContain('gke/_sync/agent/kustomization.kustomize.toolkit.fluxcd.io-gke.yaml');
});

test('paths are from the root of the repository, whatever folder the program and its output are in', () => {
  const top = mkdtempSync(join(tmpdir(), 'fairlead-paths-'));
  const root = join(top, 'deploy', 'kubernetes');
  try {
    mkdirSync(join(root, 'charts/shop'), { recursive: true });
    writeFileSync(join(root, 'charts/shop/Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\n');
    writeFileSync(join(root, 'cdk8s.yaml'), 'output: out/manifests\n');
    const tree = synthTree(
      (cluster) => {
        const dev = new Environment(cluster, 'dev');
        new HelmRelease(dev, 'local', { chart: ChartSource.local('./charts/shop') });
        new HelmRelease(dev, 'git', { chart: ChartSource.git({ path: 'deploy/kubernetes/charts/shop' }) });
      },
      { root, repository: Repository.git(url, { directory: 'deploy/kubernetes' }) },
    );
    const specOf = (name: string) => tree[`gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-${name}.yaml`].spec.chart.spec.chart;
    expect([specOf('local'), specOf('git')]).toEqual(['deploy/kubernetes/charts/shop', 'deploy/kubernetes/charts/shop']);
    const pathOf = (name: string) => tree[`gke/_sync/flux-system/kustomization.kustomize.toolkit.fluxcd.io-${name}.yaml`].spec.path;
    expect([pathOf('dev'), pathOf('gke')]).toEqual(['./deploy/kubernetes/out/manifests/gke/dev', './deploy/kubernetes/out/manifests/gke/_sync']);
  } finally {
    rmSync(top, { recursive: true });
  }
});

test('a chart of another repository, or of another ref, brings its source along, once', () => {
  const shared = Repository.git('git@github.com:acme/charts');
  const tree = synthTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    for (const id of ['a', 'b']) new HelmRelease(dev, id, { chart: ChartSource.git({ repository: shared, path: 'backend' }) });
    new HelmRelease(dev, 'c', { chart: ChartSource.git({ repository: shared, path: 'backend', ref: GitRef.tag('Backend/v1.2') }) });
    new HelmRelease(dev, 'd', { chart: ChartSource.git({ path: 'old', ref: GitRef.commit('0123456789abcdef0123456789abcdef01234567') }) });
  });
  const sources = Object.entries(tree).filter(([path]) => path.includes('/gitrepository.'));
  expect(Object.fromEntries(sources.map(([, { metadata, spec }]) => [metadata.name, [spec.url, spec.ref, spec.secretRef]]))).toEqual({
    fleet: ['https://git.example.com/acme/fleet.git', { branch: 'main' }, undefined],
    charts: ['ssh://git@github.com/acme/charts', { branch: 'main' }, { name: 'charts' }],
    'charts-backend-v1.2': ['ssh://git@github.com/acme/charts', { tag: 'Backend/v1.2' }, { name: 'charts' }],
    'fleet-0123456789ab': ['https://git.example.com/acme/fleet.git', { commit: '0123456789abcdef0123456789abcdef01234567' }, undefined],
  });
  expect(tree['gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-c.yaml'].spec.chart.spec.sourceRef.name).toBe('charts-backend-v1.2');
});

test('a chart in a registry has a source of its own', () => {
  const tree = synthTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    const podinfo = 'oci://ghcr.io/stefanprodan/charts/podinfo';
    new HelmRelease(dev, 'exact', { chart: ChartSource.oci(podinfo, ChartVersion.exact('6.7.1')) });
    new HelmRelease(dev, 'floating', { chart: ChartSource.oci(podinfo, ChartVersion.floating('6.x')) });
  });
  const refOf = (name: string) => tree[`gke/dev/dev/ocirepository.source.toolkit.fluxcd.io-${name}.yaml`].spec.ref;
  expect([refOf('exact'), refOf('floating')]).toEqual([{ tag: '6.7.1' }, { semver: '6.x' }]);
  expect(tree['gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-exact.yaml'].spec.chartRef).toEqual({ kind: 'OCIRepository', name: 'exact' });
});

function releaseSpec(build: (cluster: Cluster) => void, options = {}) {
  return synthTree(build, options)['gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml'].spec;
}

test('a release overrides its layer, which overrides its cluster', () => {
  const spec = releaseSpec(
    (cluster) => {
      const dev = new Environment(cluster, 'dev', { releaseDefaults: { timeout: Duration.minutes(2), install: { crds: CrdPolicy.SKIP } } });
      new HelmRelease(dev, 'podinfo', { chart, install: { retries: -1, timeout: Duration.seconds(90) }, spec: { install: { disableHooks: true } } });
    },
    { releaseDefaults: { timeout: Duration.minutes(1), maxHistory: 3, driftDetection: DriftDetection.WARN, spec: { persistentClient: false } } },
  );
  expect(spec).toMatchObject({
    timeout: '2m',
    maxHistory: 3,
    driftDetection: { mode: 'warn' },
    install: { crds: 'Skip', remediation: { retries: -1 }, timeout: '1m30s', disableHooks: true },
    upgrade: { remediation: { retries: 3 } },
    persistentClient: false,
  });
});

test('every field of a kind is in reach: by spec, where null takes away, and by JSON patch', () => {
  const spec = releaseSpec((cluster) => {
    const dev = new Environment(cluster, 'dev', { spec: { wait: false, retryInterval: null, healthChecks: [] } });
    const release = new HelmRelease(dev, 'podinfo', { chart, spec: { driftDetection: null, chart: { spec: { valuesFiles: ['values-dev.yaml'] } } } });
    ApiObject.of(release).addJsonPatch(JsonPatch.add('/spec/suspend', true));
  });
  expect(spec).toMatchObject({ suspend: true, chart: { spec: { chart: 'charts/podinfo', valuesFiles: ['values-dev.yaml'] } } });
  expect(spec).not.toHaveProperty('driftDetection');
});

test('dependencies can be added later, and their order does not show', () => {
  const treeWith = (order: readonly number[]) =>
    synthTree((cluster) => {
      const before = ['a', 'b', 'c'].map((id) => new Layer(cluster, id));
      const dev = new Environment(cluster, 'dev', { dependsOn: [before[order[0]]] });
      for (const index of order) dev.addDependency(before[index]);
      const release = new HelmRelease(dev, 'podinfo', { chart });
      for (const index of order) release.addDependency(before[index]);
    });
  const tree = treeWith([0, 1, 2]);
  expect(treeWith([2, 0, 1])).toEqual(tree);
  expect(tree['gke/_sync/flux-system/kustomization.kustomize.toolkit.fluxcd.io-dev.yaml'].spec.dependsOn).toEqual([
    { name: 'a' },
    { name: 'b' },
    { name: 'c' },
  ]);
  expect(tree['gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml'].metadata.annotations['fairlead.dev/depends-on']).toBe(
    'Kustomization/flux-system/a,Kustomization/flux-system/b,Kustomization/flux-system/c',
  );
});
