import { ApiObject } from 'cdk8s';
import { Agent, Cluster, Environment, ImagePolicy, ImageSelection, Platform, Repository } from 'fairlead';

const platform = new Platform({
  repository: Repository.git('__REPOSITORY__', {
    branch: '__BRANCH__',
    directory: '__DIRECTORY__',
  }),
});
const cluster = new Cluster(platform, '__CLUSTER__', { kubernetesVersion: '__KUBERNETES_VERSION__' });
new Agent(cluster); // upgrades itself from dist/__CLUSTER__/_agent
const hello = new Environment(cluster, 'hello');

// The highest 6.x there is. The agent commits each new one to locks/ and dist/.
const image = new ImagePolicy(hello, 'hello', {
  repository: 'docker.io/stefanprodan/podinfo',
  select: ImageSelection.semver('6.x'),
  initial: '6.7.1',
});

const labels = { 'app.kubernetes.io/name': 'hello' };

new ApiObject(hello, 'deployment', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'hello', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'hello',
            image: image.reference,
            command: ['./podinfo', '--port=9898'],
            env: [{ name: 'PODINFO_UI_MESSAGE', value: 'hello' }],
            ports: [{ name: 'http', containerPort: 9898 }],
            readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
            resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  },
});

new ApiObject(hello, 'service', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'hello', labels },
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

platform.synth();
