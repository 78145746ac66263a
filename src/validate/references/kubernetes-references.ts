import { splitApiVersion } from '../../model/object';
import { isMap, metadataOf, type RawObject } from '../manifest';
import type { Field } from '../schema/field';
import { mapsIn } from './pod-references';
import type { Reference } from './reference';

/** What objects of Kubernetes itself name, besides those that make Pods. */
export function kubernetesReferences(object: RawObject, namespace: string): Reference[] {
  const { spec } = object;
  const { group } = splitApiVersion(object.apiVersion);
  if (object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding') return bindingReferences(object, namespace);
  if (!isMap(spec)) return [];
  if (object.kind === 'Ingress' && group === 'networking.k8s.io') return ingressReferences(object, spec, namespace);
  if (object.kind === 'HorizontalPodAutoscaler' && isMap(spec.scaleTargetRef)) {
    const { apiVersion, kind, name } = spec.scaleTargetRef;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return [];
    return [{ group: splitApiVersion(apiVersion).group, kind, namespace, name, field: ['spec', 'scaleTargetRef'] }];
  }
  if (object.kind === 'StatefulSet' && typeof spec.serviceName === 'string' && spec.serviceName !== '')
    return [{ group: '', kind: 'Service', namespace, name: spec.serviceName, field: ['spec', 'serviceName'] }];
  return [];
}

/** Roles that every cluster has. */
const BUILT_IN_ROLES = /^kube-system\/(?:extension-apiserver-authentication-reader|system:.*)$|^kube-public\/system:.*$/;
const BUILT_IN = /^(?:cluster-admin|admin|edit|view|system:.*)$/;

function bindingReferences({ kind, roleRef, subjects }: RawObject, namespace: string): Reference[] {
  const found: Reference[] = [];
  const group = 'rbac.authorization.k8s.io';
  if (isMap(roleRef) && typeof roleRef.name === 'string') {
    if (roleRef.kind === 'Role' && kind === 'RoleBinding' && !BUILT_IN_ROLES.test(`${namespace}/${roleRef.name}`))
      found.push({ group, kind: 'Role', namespace, name: roleRef.name, field: ['roleRef'] });
    if (roleRef.kind === 'ClusterRole' && !BUILT_IN.test(roleRef.name))
      found.push({ group, kind: 'ClusterRole', name: roleRef.name, field: ['roleRef'] });
  }
  for (const [subject, index] of mapsIn(subjects)) {
    if (subject.kind !== 'ServiceAccount' || typeof subject.name !== 'string' || subject.name === 'default') continue;
    const home = typeof subject.namespace === 'string' ? subject.namespace : namespace;
    found.push({ group: '', kind: 'ServiceAccount', namespace: home, name: subject.name, field: ['subjects', index] });
  }
  return found;
}

function ingressReferences(object: RawObject, spec: Readonly<Record<string, unknown>>, namespace: string): Reference[] {
  const found: Reference[] = [];
  const backend = (one: unknown, field: Field) => {
    const service = isMap(one) ? one.service : undefined;
    if (isMap(service) && typeof service.name === 'string')
      found.push({ group: '', kind: 'Service', namespace, name: service.name, field: [...field, 'service', 'name'] });
  };
  backend(spec.defaultBackend, ['spec', 'defaultBackend']);
  for (const [rule, index] of mapsIn(spec.rules)) {
    const paths = isMap(rule.http) ? mapsIn(rule.http.paths) : [];
    for (const [path, at] of paths) backend(path.backend, ['spec', 'rules', index, 'http', 'paths', at, 'backend']);
  }
  if (!isCertified(object)) {
    for (const [tls, index] of mapsIn(spec.tls))
      if (typeof tls.secretName === 'string')
        found.push({ group: '', kind: 'Secret', namespace, name: tls.secretName, field: ['spec', 'tls', index, 'secretName'] });
  }
  return found;
}

/** cert-manager makes the Secret. */
function isCertified(object: RawObject): boolean {
  const { annotations } = metadataOf(object);
  return isMap(annotations) && Object.keys(annotations).some((key) => /^cert-manager\.io\/|^kubernetes\.io\/tls-acme$/.test(key));
}
