import { ChartSource, Duration, Environment, HelmRelease } from '../../src';
import { fleet } from './fleet';
import { synthTree } from './programs';

test('an environment becomes a namespace, a release, a source and two Kustomizations', () => {
  const tree = synthTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    new HelmRelease(dev, 'podinfo', { chart: ChartSource.git({ path: 'charts/podinfo' }), values: { replicaCount: 1 } });
  });
  expect(tree).toMatchSnapshot();
});

test('layers, scopes, releases from everywhere, plain constructs', () => {
  expect(synthTree(fleet, { releaseDefaults: { interval: Duration.hours(1), install: { retries: 5 } } })).toMatchSnapshot();
});
