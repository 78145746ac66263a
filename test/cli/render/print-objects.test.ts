import { loadAll } from 'js-yaml';
import { printObjects } from '../../../src/cli/render/print-objects';
import type { KubeObject } from '../../../src/model/object';
import type { PreviewLayer } from '../../../src/preview/types';

function layer(object: KubeObject, file = 'a.yaml'): PreviewLayer {
  const { metadata, kind } = object;
  const id = { group: '', version: 'v1', kind, namespace: metadata.namespace ?? '', name: metadata.name };
  return { cluster: 'gke', name: 'dev', namespaces: [], objects: [{ id, object, file, document: 1 }], releases: [], problems: [] };
}

test.each(['yaml', 'json'] as const)('what a Secret holds is in no %s, where kubectl has noted it neither', (output) => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}', owner: 'us' };
  const metadata = { name: 'db', namespace: 'dev', annotations };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { password: 'aHVudGVyMg==' }, stringData: { user: 'hunter2' } };
  const text = printObjects([layer(secret)], { output });
  expect(text).not.toMatch(/aHVudGVyMg|hunter2/);
  expect(text).toMatch(/password[\s\S]*user/);
  expect(text).toContain('us');
  expect(printObjects([layer(secret)], { output, showSecrets: true })).toContain('hunter2');
});

test('a file whose name has lines brings no objects of its own', () => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const text = printObjects([layer(map, 'x\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n#.yaml')], { output: 'yaml' });
  expect(loadAll(text).filter((one) => one !== null)).toEqual([map]);
});
