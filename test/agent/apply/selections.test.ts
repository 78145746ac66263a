import { isSelected, selectionFor } from '../../../src/agent/apply/selections';

const id = (group: string, kind: string) => ({ group, version: 'v1', kind, namespace: 'dev', name: 'a' });

test.each([
  [{ 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' }, 'kustomize.toolkit.fluxcd.io/name'],
  [{ 'app.kubernetes.io/managed-by': 'Helm', 'helm.toolkit.fluxcd.io/name': 'web' }, 'app.kubernetes.io/managed-by=Helm'],
  [{ 'helm.toolkit.fluxcd.io/name': 'web' }, 'helm.toolkit.fluxcd.io/name'],
])('objects with %j are watched by %s', (labels, labelSelector) => {
  expect(selectionFor(id('apps', 'Deployment'), labels)).toEqual({ labelSelector, as: 'object' });
});

test('objects without such a label are watched by name', () => {
  expect(selectionFor(id('apps', 'Deployment'), { app: 'web' })).toEqual({ namespace: 'dev', fieldSelector: 'metadata.name=a', as: 'object' });
});

test.each([id('', 'Secret'), id('', 'ConfigMap'), id('apiextensions.k8s.io', 'CustomResourceDefinition')])('%j is watched as metadata', (object) => {
  expect(selectionFor(object, undefined).as).toBe('metadata');
});

test.each([
  ['app', { app: 'web' }, true],
  ['app', { other: 'web' }, false],
  ['app=web', { app: 'web' }, true],
  ['app=web', { app: 'api' }, false],
  ['app', undefined, false],
  [undefined, undefined, true],
])('a watch by %s shows %j: %s', (labelSelector, labels, expected) => {
  expect(isSelected({ labelSelector }, labels)).toBe(expected);
});
