import { hooksFor, isDeleted } from '../../../src/agent/helm/hooks';
import type { Hook } from '../../../src/render/types';
import { manifest } from '../apply/world';

function hook(name: string, more: Partial<Hook> = {}): Hook {
  const object = manifest({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } });
  return { object, name, kind: 'Job', path: `templates/${name}.yaml`, events: ['pre-install'], weight: 0, deletePolicies: [], ...more };
}

test('the lightest runs first, then by name; others not at all', () => {
  const hooks = [hook('b'), hook('heavy', { weight: 5 }), hook('a'), hook('light', { weight: -1 }), hook('other', { events: ['post-install'] })];
  expect(hooksFor(hooks, 'pre-install').map(({ name }) => name)).toEqual(['light', 'a', 'b', 'heavy']);
});

test.each([
  ['without policies', {}, ['before-hook-creation']],
  ['with its own', { deletePolicies: ['hook-succeeded', 'hook-failed'] as const }, ['hook-succeeded', 'hook-failed']],
  ['that is a CRD', { kind: 'CustomResourceDefinition', deletePolicies: ['hook-succeeded'] as const }, []],
])('a hook %s is deleted: %j', (_, more, expected) => {
  const when = (['before-hook-creation', 'hook-succeeded', 'hook-failed'] as const).filter((policy) => isDeleted(hook('a', more), policy));
  expect(when).toEqual(expected);
});
