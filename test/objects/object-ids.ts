import fc from 'fast-check';
import type { ObjectId } from '../../src/model/object';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
const GROUP_KINDS = [
  ['', 'Namespace'],
  ['', 'ConfigMap'],
  ['', 'Secret'],
  ['apps', 'Deployment'],
  ['rbac.authorization.k8s.io', 'ClusterRole'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
  ['apiextensions.k8s.io', 'CustomResourceDefinition'],
  ['widgets.example', 'Widget'],
] as const;

/** Identities as a cluster may hold them: RBAC names may have colons. */
export function objectIds(): fc.Arbitrary<ObjectId> {
  return fc
    .record({
      groupKind: fc.constantFrom(...GROUP_KINDS),
      namespace: fc.oneof(fc.constant(''), label),
      parts: fc.array(label, { minLength: 1, maxLength: 3 }),
    })
    .map(({ groupKind: [group, kind], namespace, parts }) => {
      const name = parts.join(group.startsWith('rbac') ? ':' : '.');
      return { group, version: 'v1', kind, namespace, name };
    });
}
