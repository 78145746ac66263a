import { Agent, Cluster, ImageSelection, Platform, Repository } from 'fairlead';
import { PodinfoEnvironment } from './podinfo-environment';

const platform = new Platform({
  repository: Repository.git('__REPOSITORY__', {
    branch: '__BRANCH__',
    directory: '__DIRECTORY__',
  }),
});
const cluster = new Cluster(platform, '__CLUSTER__', { kubernetesVersion: '__KUBERNETES_VERSION__' });
new Agent(cluster); // upgrades itself from dist/__CLUSTER__/_agent

new PodinfoEnvironment(cluster, 'dev', { select: ImageSelection.semver('6.x'), initial: '6.7.1' });
new PodinfoEnvironment(cluster, 'stg', {
  select: ImageSelection.semver('~6.7'),
  initial: '6.7.1',
  values: { replicaCount: 2, message: 'staging' },
});
// Nothing newer until somebody says so: fairlead lock set prod podinfo=6.7.2
new PodinfoEnvironment(cluster, 'prod', { select: ImageSelection.pinned(), initial: '6.7.0', values: { replicaCount: 3 } });

platform.synth();
