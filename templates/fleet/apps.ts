import { ApiObject } from 'cdk8s';
import { type Cluster, ImagePolicy, ImageSelection, Layer, Team } from 'fairlead';
import type { Infrastructure } from './infrastructure';

export interface AppsProps {
  /** What must be there before. */
  readonly after: Infrastructure;

  /** Pods of each app. */
  readonly replicas: number;
}

/** The apps of one cluster, once its infrastructure is ready. */
export class Apps extends Layer {
  constructor(cluster: Cluster, { after, replicas }: AppsProps) {
    super(cluster, 'apps', { dependsOn: [after] });
    const web = this.namespaceScope('web', { owner: new Team('web', { owners: ['@__ORGANIZATION__/web'] }) });
    const image = new ImagePolicy(web, 'podinfo', {
      repository: 'docker.io/stefanprodan/podinfo',
      select: ImageSelection.semver('6.x'),
      initial: '6.7.1',
    });
    const labels = { 'app.kubernetes.io/name': 'podinfo' };
    new ApiObject(web, 'podinfo', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'podinfo', labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            priorityClassName: after.priorityClassName,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'podinfo',
                image: image.reference,
                command: ['./podinfo', '--port=9898'],
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
    new ApiObject(web, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'podinfo', labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
  }
}
