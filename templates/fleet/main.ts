import { Agent, Cluster, Platform, Repository } from 'fairlead';
import { Apps } from './apps';
import { Infrastructure } from './infrastructure';

// What differs from cluster to cluster, in one place.
const fleet = [
  { name: '__CLUSTER_1__', kubernetesVersion: '__KUBERNETES_VERSION__', replicas: 1 },
  { name: '__CLUSTER_2__', kubernetesVersion: '__KUBERNETES_VERSION__', replicas: 3 },
];

const platform = new Platform({
  repository: Repository.git('__REPOSITORY__', {
    branch: '__BRANCH__',
    directory: '__DIRECTORY__',
  }),
});
for (const { name, kubernetesVersion, replicas } of fleet) {
  const cluster = new Cluster(platform, name, { kubernetesVersion });
  new Agent(cluster); // upgrades itself from dist/<cluster>/_agent
  const infrastructure = new Infrastructure(cluster);
  new Apps(cluster, { after: infrastructure, replicas });
}

platform.synth();
