import fc from 'fast-check';
import { makeReport } from '../../../src/cli/diff/make-report';
import { printMarkdown } from '../../../src/cli/diff/print/print-markdown';
import { printText } from '../../../src/cli/diff/print/print-text';
import { reportJson } from '../../../src/cli/diff/print/report-json';
import { FairleadError } from '../../../src/common/errors';
import { previewOf } from '../../../src/preview/preview-of';
import type { Preview } from '../../../src/preview/types';
import { createEngine } from '../../../src/render/engine';
import { chart, cluster, configMap, definition, kustomization, release, yaml } from '../../preview/flux-repository';
import { MemoryTree } from '../../preview/memory-tree';
import { oddlyChanged } from '../../support/odd-values';
import { runs } from '../../support/runs';

const engine = createEngine();
afterAll(() => engine.close());

const metadata = (name: string) => ({ name, namespace: 'dev', labels: { app: name }, annotations: { note: 'a' } });
const POD = {
  serviceAccountName: 'web',
  imagePullSecrets: [{ name: 'pull' }],
  containers: [
    {
      name: 'web',
      image: 'example.com/web:1',
      env: [
        { name: 'A', value: 'b' },
        { name: 'S', valueFrom: { secretKeyRef: { name: 'secret', key: 'a' } } },
      ],
      ports: [{ containerPort: 80 }],
      resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
      securityContext: { privileged: false },
    },
  ],
  volumes: [{ name: 'data', configMap: { name: 'settings' } }],
};
const template = { metadata: { labels: { app: 'web' } }, spec: POD };
const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('web'),
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata('db'),
    spec: {
      replicas: 1,
      serviceName: 'db',
      selector: { matchLabels: { app: 'web' } },
      template,
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    },
  },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata('night'), spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } } },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: metadata('web'), spec: { minReplicas: 1, maxReplicas: 3 } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('web'),
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }], clusterIP: 'None' },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: metadata('secret'), type: 'Opaque', data: { a: 'aHVudGVyMg==' }, stringData: { b: 'hunter2' } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metadata('data'),
    spec: { resources: { requests: { storage: '1Gi' } }, storageClassName: 'a' },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: metadata('web'),
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: metadata('web'),
    roleRef: { kind: 'Role', name: 'web', apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'dev' }],
  },
  {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: metadata('sealed'),
    spec: { encryptedData: { a: 'AgB' }, template: { type: 'Opaque', metadata: { labels: { a: 'b' } }, data: { c: 'd' } } },
  },
  {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImagePolicy',
    metadata: metadata('web'),
    spec: { policy: { semver: { range: '1.x' } }, imageRepositoryRef: { name: 'web' } },
  },
  { ...definition('example.com', 'Widget', 'Cluster') },
  release('web', 'dev', { values: { color: 'green', image: { tag: '1' } }, suspend: false, driftDetection: { mode: 'enabled' } }),
  configMap('settings', 'dev', { a: 'b' }),
];

function preview(objects: readonly object[]): Promise<Preview> {
  const apps = kustomization('apps', './apps', { suspend: false });
  const files = { ...cluster('prd', apps), 'apps/all.yaml': yaml(...objects), ...chart('{{ .Values.color }}') };
  return previewOf(new MemoryTree(files), '', { engine, charts: {} as never, rendering: 'later' });
}

test('whatever stands where something else belongs, a diff is printed or refused in words for people, and shows no secret', async () => {
  await fc.assert(
    fc.asyncProperty(oddlyChanged(OBJECTS), fc.boolean(), async (changed, isNew) => {
      try {
        const [one, other] = isNew ? [OBJECTS, changed] : [changed, OBJECTS];
        const sides = { before: { name: 'a', preview: await preview(one) }, after: { name: 'b', preview: await preview(other) } };
        const report = await makeReport(sides);
        const printed = [printText(report, (_, text) => text), printMarkdown(report), JSON.stringify(reportJson(report, {}))];
        for (const text of printed) expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
      } catch (error) {
        if (!(error instanceof FairleadError)) throw error;
      }
    }),
    { numRuns: runs(200) },
  );
}, 400_000);
