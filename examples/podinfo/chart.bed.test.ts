import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { createEngine } from '../../src/render/engine';
import { chartFrom } from '../../src/render/local-content';
import type { Engine } from '../../src/render/types';
import type { PodinfoValues } from './charts/podinfo.values';

let engine: Engine;
beforeAll(() => {
  engine = createEngine();
});
afterAll(() => engine.close());

async function render(values: PodinfoValues) {
  const { manifest } = await engine.render({
    chart: await chartFrom(join(__dirname, 'charts/podinfo')),
    name: 'podinfo-dev',
    namespace: 'dev',
    values,
  });
  // biome-ignore lint/suspicious/noExplicitAny: the test reaches into specs of several kinds
  const objects = loadAll(manifest) as { readonly kind: string; readonly spec: any }[];
  return Object.fromEntries(objects.map((object) => [object.kind, object.spec]));
}

test('without the autoscaler the Deployment says how many', async () => {
  const objects = await render({ replicaCount: 3, image: { tag: 'dev-1' } });
  expect(Object.keys(objects).sort()).toEqual(['Deployment', 'Service', 'ServiceAccount']);
  expect(objects.Deployment.replicas).toBe(3);
  expect(objects.Deployment.template.spec.containers[0].image).toBe('docker.io/stefanprodan/podinfo:dev-1');
});

test('with the autoscaler the Deployment leaves the number to it', async () => {
  const objects = await render({ replicaCount: 2, hpa: { enabled: true, maxReplicas: 10, cpu: 50, memory: '128Mi' } });
  expect(objects.Deployment).not.toHaveProperty('replicas');
  expect(objects.HorizontalPodAutoscaler).toMatchObject({
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 50 } } }, { resource: { name: 'memory', target: { averageValue: '128Mi' } } }],
  });
});

test('who may look is read from a Secret', async () => {
  const environment = async (values: PodinfoValues) => (await render(values)).Deployment.template.spec.containers[0].env;
  expect(await environment({})).toEqual([{ name: 'PODINFO_UI_COLOR', value: '#34577c' }]);
  expect(await environment({ basicAuth: { existingSecret: 'basic-auth' } })).toEqual([
    { name: 'PODINFO_UI_COLOR', value: '#34577c' },
    { name: 'BASIC_AUTH_USER', valueFrom: { secretKeyRef: { name: 'basic-auth', key: 'user' } } },
    { name: 'BASIC_AUTH_PASSWORD', valueFrom: { secretKeyRef: { name: 'basic-auth', key: 'password' } } },
  ]);
});

test('values that do not exist are refused', async () => {
  await expect(render({ replicas: 2 } as PodinfoValues)).rejects.toThrow('replicas');
});
