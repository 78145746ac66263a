import type { KubeObject } from '../../../model/object';
import type { Finding, ObjectChange } from '../types';
import { at, listAt, textAt, textsAt } from './fields';
import { findingOf } from './subject';

const GROUP = 'rbac.authorization.k8s.io';

/** What lets somebody become somebody else, or read what opens other doors. */
const GRAVE_VERBS = ['*', 'escalate', 'bind', 'impersonate'];
const GRAVE_RESOURCES = ['*', 'secrets', 'pods/exec', 'pods/attach', 'pods/ephemeralcontainers', 'nodes/proxy', 'serviceaccounts/token'];
const READS_OF_SECRETS = ['get', 'list', 'watch', '*'];

/** One thing that may be done: a verb on a resource, or on a path. */
interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** `*` for all. */
  readonly name: string;
}

/** What somebody may do now who could not before. */
export function rbacFindings(change: ObjectChange): Finding[] {
  const { id, after } = change;
  if (id.group !== GROUP || after === undefined) return [];
  if (id.kind === 'Role' || id.kind === 'ClusterRole') return widenedRole(change);
  return id.kind === 'RoleBinding' || id.kind === 'ClusterRoleBinding' ? widenedBinding(change) : [];
}

function widenedRole(change: ObjectChange): Finding[] {
  const before = grantsOf(change.before);
  const added = grantsOf(change.after).filter((grant) => !before.some((other) => covers(other, grant)));
  const byResource = new Map<string, Grant[]>();
  for (const grant of added) byResource.set(resourceOf(grant), [...(byResource.get(resourceOf(grant)) ?? []), grant]);
  return [...byResource].map(([resource, grants]) => {
    const verbs = grants.map(({ verb }) => (verb === '*' ? 'do anything with' : verb)).join(', ');
    return findingOf(change, { topic: 'rbac', level: grants.some(isGrave) ? 'danger' : 'warning', text: `may now ${verbs} ${resource}` });
  });
}

function widenedBinding(change: ObjectChange): Finding[] {
  const { before, after } = change;
  const role = `${textAt(after, 'roleRef', 'kind')}/${textAt(after, 'roleRef', 'name')}`;
  const hadRole = before !== undefined && role === `${textAt(before, 'roleRef', 'kind')}/${textAt(before, 'roleRef', 'name')}`;
  const were = hadRole ? subjectsOf(before) : [];
  const added = subjectsOf(after).filter((subject) => !were.includes(subject));
  if (added.length === 0) return [];
  const everyone = added.some((subject) =>
    /^(?:Group\/system:(?:authenticated|unauthenticated|serviceaccounts)|User\/system:anonymous)$/.test(subject),
  );
  const level = role === 'ClusterRole/cluster-admin' || everyone ? 'danger' : 'warning';
  return [findingOf(change, { topic: 'rbac', level, text: `gives ${role} to ${added.join(', ')}` })];
}

function grantsOf(role: KubeObject | undefined): Grant[] {
  return listAt(role, 'rules').flatMap((rule) => {
    const verbs = textsAt(rule, 'verbs');
    const names = textsAt(rule, 'resourceNames');
    const paths = textsAt(rule, 'nonResourceURLs').flatMap((path) => verbs.map((verb): Grant => ({ group: '', resource: path, verb, name: '*' })));
    const resources = textsAt(rule, 'apiGroups').flatMap((group) =>
      textsAt(rule, 'resources').flatMap((resource) =>
        verbs.flatMap((verb) => (names.length === 0 ? ['*'] : names).map((name): Grant => ({ group, resource, verb, name }))),
      ),
    );
    return [...paths, ...resources];
  });
}

function covers(wide: Grant, narrow: Grant): boolean {
  return (
    (wide.group === '*' || wide.group === narrow.group) &&
    (wide.resource === '*' ||
      wide.resource === narrow.resource ||
      (wide.resource.startsWith('*/') && narrow.resource.endsWith(wide.resource.slice(1)))) &&
    (wide.verb === '*' || wide.verb === narrow.verb) &&
    (wide.name === '*' || wide.name === narrow.name)
  );
}

function isGrave({ group, resource, verb }: Grant): boolean {
  if (GRAVE_VERBS.includes(verb)) return true;
  if (resource === 'secrets' && (group === '' || group === '*'))
    return READS_OF_SECRETS.includes(verb) || verb === 'create' || verb === 'update' || verb === 'patch';
  return resource !== 'secrets' && GRAVE_RESOURCES.includes(resource);
}

function resourceOf({ group, resource, name }: Grant): string {
  const plain = resource === '*' ? 'every resource' : resource;
  return `${plain}${group === '' ? '' : group === '*' ? ' of every group' : `.${group}`}${name === '*' ? '' : ` ${name}`}`;
}

function subjectsOf(binding: KubeObject | undefined): string[] {
  return listAt(binding, 'subjects').map((subject) => {
    const namespace = textAt(subject, 'namespace');
    return [at(subject, 'kind'), ...(namespace === undefined ? [] : [namespace]), at(subject, 'name')].map(String).join('/');
  });
}
