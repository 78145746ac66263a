import { ApiObject, App } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-27';
import { ChartSource, ChartVersion, Cluster, Environment, HelmRelease, HelmRepository, Layer, Platform, Repository } from '../../src';
import { problemsOf, programOf, ROOT } from './programs';

const chart = ChartSource.git({ path: 'charts/podinfo' });

test('everything that is wrong is told at once, with the path of the construct', () => {
  const problems = problemsOf(
    (cluster) => {
      const dev = new Environment(cluster, 'dev');
      new HelmRelease(dev, 'a', { chart, releaseName: 'shop' });
      new HelmRelease(dev, 'b', { chart, releaseName: 'shop' });
      new HelmRelease(dev, 'c', { chart: ChartSource.git({ path: 'charts/typo' }) });
      new HelmRelease(dev, 'x'.repeat(54), { chart });
      const charts = new HelmRepository(dev, 'charts', { url: 'charts.example.com' });
      new HelmRelease(dev, 'locked', { chart: charts.chart('backend') });
      new HelmRelease(dev, 'range', { chart: charts.chart('backend', ChartVersion.floating('>=1 <')) });
      new HelmRelease(dev, 'version', { chart: charts.chart('backend', ChartVersion.exact('^1.2.0')) });
      new HelmRelease(dev, 'oci', { chart: ChartSource.oci('https://ghcr.io/charts/backend', ChartVersion.exact('1.0.0')) });
      new ConfigMap(dev, 'settings', { metadata: { name: 'Settings' } });
      new ConfigMap(new Layer(cluster, 'shared'), 'settings');
      new Environment(cluster, 'Stage');
      new Layer(cluster, 'gke');
    },
    { kubernetesVersion: 'latest' },
  );
  expect(problems).toEqual([
    '[gke] FL2024 latest is no version of Kubernetes',
    '[gke] FL2007 release shop in namespace dev is defined twice: gke/dev/HelmRelease/a and gke/dev/HelmRelease/b',
    '[gke/_sync] FL2012 gke/gke has the name of a Kustomization that its cluster has already',
    '[gke/dev] FL2003 ConfigMap/dev/Settings (gke/dev/settings/Resource) has a name that Kubernetes refuses',
    '[gke/dev/HelmRelease/c] FL2018 there is no chart in charts/typo: it has no Chart.yaml',
    `[gke/dev/HelmRelease/${'x'.repeat(54)}] FL2006 ${'x'.repeat(54)} cannot name a Helm release`,
    '[gke/dev/HelmRelease/locked] FL2019 there is no version of charts.example.com/backend for charts/locked in locks/gke/dev/dev.yaml',
    '[gke/dev/HelmRelease/range] FL2021 >=1 < is no range of versions of chart backend',
    '[gke/dev/HelmRelease/version] FL2020 ^1.2.0 is no version of chart backend',
    '[gke/dev/HelmRelease/oci] FL2022 https://ghcr.io/charts/backend is no address of a chart in an OCI registry',
    '[gke/dev/HelmRepository/charts] FL2023 charts.example.com is no address of a Helm repository',
    '[gke/shared] FL2004 ConfigMap/settings (gke/shared/settings/Resource) is in no namespace',
    '[gke/Stage] FL2002 Stage cannot name a layer',
  ]);
});

test('two layers cannot have the same object', () => {
  const problems = problemsOf((cluster) => {
    for (const id of ['a', 'b']) new Layer(cluster, id).namespaceScope('shared');
  });
  expect(problems).toEqual([
    '[gke] FL2008 Namespace/shared is in two layers, which would overwrite one another: gke/a/Namespace/shared/Resource and gke/b/Namespace/shared/Resource',
  ]);
});

test('a namespace that is not owned cannot be given labels', () => {
  const problems = problemsOf((cluster) => {
    new Layer(cluster, 'system').namespaceScope('kube-system', { create: false, labels: { a: 'b' } });
  });
  expect(problems).toEqual(['[gke/system/Namespace/kube-system] FL2005 namespace kube-system is not created here, so its labels would be lost']);
});

test('what waits for itself is found, through layers and releases', () => {
  const problems = problemsOf((cluster) => {
    const infrastructure = new Layer(cluster, 'infrastructure', { namespace: 'default' });
    const apps = new Layer(cluster, 'apps', { namespace: 'default', dependsOn: [infrastructure] });
    const app = new HelmRelease(apps, 'app', { chart });
    new HelmRelease(infrastructure, 'ingress', { chart, dependsOn: [app] });
    const own = new Environment(cluster, 'own');
    new HelmRelease(own, 'podinfo', { chart, dependsOn: [own] });
  });
  expect(problems).toEqual([
    '[gke] FL2010 these wait for one another, so none would ever be applied: gke/infrastructure → gke/infrastructure/HelmRelease/ingress → gke/apps/HelmRelease/app → gke/infrastructure',
    '[gke] FL2010 these wait for one another, so none would ever be applied: gke/own → gke/own/HelmRelease/podinfo → gke/own',
  ]);
});

test('a dependency in another cluster is refused', () => {
  const problems = problemsOf((cluster) => {
    const other = new Environment(new Cluster(cluster.platform, 'eks', { kubernetesVersion: '1.36' }), 'dev');
    new HelmRelease(new Environment(cluster, 'dev', { dependsOn: [other] }), 'podinfo', { chart, dependsOn: [other] });
  });
  expect(problems).toEqual([
    '[gke/dev] FL2009 it depends on eks/dev, which is not in gke: clusters see nothing of one another',
    '[gke/dev/HelmRelease/podinfo] FL2009 it depends on eks/dev, which is not in gke: clusters see nothing of one another',
  ]);
});

test('two sources cannot have one name', () => {
  const source = (url: string) => ChartSource.git({ repository: Repository.git(url), path: 'chart' });
  const problems = problemsOf((cluster) => {
    const dev = new Environment(cluster, 'dev');
    new HelmRelease(dev, 'a', { chart: source('https://git.example.com/a/charts') });
    new HelmRelease(dev, 'b', { chart: source('https://git.example.com/b/charts') });
  });
  expect(problems).toEqual([
    '[gke/_sync] FL2017 two sources are called charts: https://git.example.com/a/charts branch main, and https://git.example.com/b/charts branch main',
  ]);
});

test('constructs in the wrong place say where they belong', () => {
  expect(() => new Cluster(new App(), 'gke', { kubernetesVersion: '1.36' })).toThrow('FL2001: gke is in no Platform');
  const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet'), root: ROOT });
  expect(() => new Layer(platform as never, 'apps')).toThrow('FL2001: apps is in no Cluster');
  expect(() => Layer.external('infrastructure')).toThrow('FL2011: infrastructure names no layer of another repository');
});

test('a correct program has no problems, and each problem has a remedy', () => {
  expect(problemsOf((cluster) => void new Environment(cluster, 'dev'))).toEqual([]);
  const platform = programOf((cluster) => void new ApiObject(new Layer(cluster, 'a'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' }));
  expect(() => platform.synth()).toThrow('FL2004 ConfigMap/x (gke/a/x) is in no namespace\n      create it in layer.namespaceScope(name)');
});
