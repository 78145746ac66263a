import fc from 'fast-check';
import { agentObjects } from '../../src/install/agent-objects';
import { agentCrds } from '../../src/install/crds';
import { packageVersion } from '../../src/install/image';
import type { AgentInstallation } from '../../src/install/types';
import { type KubeObject, nameOf } from '../../src/model/object';
import { agentInstallations } from './installations-arbitrary';

const sync = {
  url: 'ssh://git@github.com/acme/fleet',
  path: 'dist/gke/_sync',
  repositoryName: 'fleet',
  kustomizationName: 'gke',
  secretName: 'fleet',
};

test('an agent with every default', () => expect(agentObjects({ sync })).toMatchSnapshot());

test('an agent with every option', () =>
  expect(
    agentObjects({
      namespace: 'fairlead',
      name: 'agent-b',
      image: 'registry.example.com/agent@sha256:0123',
      replicas: 2,
      features: { notifications: true },
      sync: {
        ...sync,
        url: 'ssh://git@git.example.com:7999/acme/fleet',
        branch: 'production',
        knownHosts: 'git.example.com ssh-ed25519 AAAA',
        readOnly: true,
        prune: false,
      },
      applyAs: 'deployer',
      takeOver: true,
      resources: { requests: { cpu: '1' } },
      nodeSelector: { pool: 'system' },
      priorityClassName: '',
      egressPorts: [8443, 4443],
      serviceMonitor: true,
    }),
  ).toMatchSnapshot());

test.each(['kube-system', 'default'])('in %s it leaves the namespace as it is', (namespace) => {
  expect(agentObjects({ namespace }).filter(({ kind }) => kind === 'Namespace')).toEqual([]);
});

test('the version of the package is the tag of its image', () => {
  expect(containerOf({}).image).toMatch(new RegExp(`:${packageVersion()}$`));
});

test('only an agent that applies as itself is cluster-admin', () => {
  const admins = (installation: AgentInstallation) =>
    agentObjects(installation).filter(({ roleRef }) => (roleRef as { name: string } | undefined)?.name === 'cluster-admin');
  expect(admins({})).toHaveLength(1);
  expect(admins({ applyAs: 'deployer' })).toEqual([]);
});

test('sets of objects are in apply order: what others name comes before them', () => {
  fc.assert(
    fc.property(agentInstallations(), (installation) => {
      const kinds = agentObjects(installation).map(({ kind }) => kind);
      const order = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Deployment'].map((kind) => kinds.indexOf(kind));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(kinds.lastIndexOf('ConfigMap')).toBeLessThan(kinds.indexOf('Deployment'));
    }),
  );
});

test('the same installation gives the same objects, each once, all in one namespace, none with what is undefined', () => {
  fc.assert(
    fc.property(agentInstallations(), (installation) => {
      const objects = agentObjects(installation);
      expect(agentObjects(structuredClone(installation))).toEqual(objects);
      expect(JSON.parse(JSON.stringify(objects))).toStrictEqual(objects);
      expect(new Set(objects.map(keyOf)).size).toBe(objects.length);
      const namespaces = new Set(objects.map(({ metadata }) => metadata.namespace).filter((namespace) => namespace !== undefined));
      expect([...namespaces]).toEqual([installation.namespace ?? 'flux-system']);
    }),
  );
});

test('the Service and the policies select the Pods of the Deployment, whose ports they name', () => {
  fc.assert(
    fc.property(agentInstallations(), (installation) => {
      const objects = agentObjects(installation);
      const { spec } = find(objects, 'Deployment');
      const { labels } = spec.template.metadata;
      const named = new Set(spec.template.spec.containers[0].ports.map((port: { name: string }) => port.name));
      const service = find(objects, 'Service').spec;
      expect(labels).toMatchObject(service.selector);
      for (const { targetPort } of service.ports) expect(named).toContain(targetPort);
      for (const kind of ['NetworkPolicy', 'PodDisruptionBudget']) {
        const policy = find(objects, kind)?.spec;
        if (policy !== undefined) expect(labels).toMatchObject((policy.podSelector ?? policy.selector).matchLabels);
      }
    }),
  );
});

test.each([
  ['imageAutomation', 'image.toolkit.fluxcd.io'],
  ['sealedSecrets', 'bitnami.com'],
  ['notifications', 'notification.toolkit.fluxcd.io'],
] as const)('without %s there is no right to its kinds', (feature, group) => {
  const groupsOf = (enabled: boolean) =>
    find(agentObjects({ features: { [feature]: enabled } }), 'ClusterRole').rules.flatMap((rule: { apiGroups: string[] }) => rule.apiGroups);
  expect(groupsOf(true)).toContain(group);
  expect(groupsOf(false)).not.toContain(group);
});

test('without sealed secrets no Secret of the cluster may be written, and nothing is served to kubeseal', () => {
  const objects = agentObjects({ features: { sealedSecrets: false } });
  const rules = find(objects, 'ClusterRole').rules as { resources: string[]; verbs: string[] }[];
  expect(rules.filter(({ resources }) => resources.includes('secrets')).flatMap(({ verbs }) => verbs)).toEqual(['get', 'list', 'watch']);
  expect(find(objects, 'Service').spec.ports.map((port: { name: string }) => port.name)).toEqual(['http-metrics']);
});

test("who may view a namespace may do so with the agent's kinds, who may edit it only where that does not make him cluster-admin, and nobody writes status", () => {
  expect(agentObjects({}).map(({ metadata }) => metadata.name)).toContain('fairlead-agent-view');
  expect(agentObjects({}).map(({ metadata }) => metadata.name)).not.toContain('fairlead-agent-edit');
  const [view, edit] = userRolesOf({ name: 'agent-b' });
  expect(view.metadata).toMatchObject({
    name: 'agent-b-view',
    labels: { 'app.kubernetes.io/name': 'fairlead-agent', ...aggregatedTo('view', 'edit', 'admin') },
  });
  expect(edit.metadata).toMatchObject({ name: 'agent-b-edit', labels: aggregatedTo('edit', 'admin') });
  expect(Object.keys(edit.metadata.labels)).not.toContain('rbac.authorization.k8s.io/aggregate-to-view');
  const resources = (role: Role) => role.rules.flatMap((rule) => rule.resources.map((resource) => `${resource}.${rule.apiGroups.join()}`)).sort();
  const defined = agentCrds().map(({ name }) => name);
  for (const role of [view, edit]) expect(resources(role)).toEqual(defined);
  expect(new Set(view.rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
  expect(new Set(edit.rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['create', 'delete', 'deletecollection', 'patch', 'update']));
});

test('whom SealedSecrets are left to, to them it is left who may see them too', () => {
  const groups = userRolesOf({ features: { sealedSecrets: false } }).flatMap(({ rules }) => rules.flatMap(({ apiGroups }) => apiGroups));
  expect(groups).toContain('helm.toolkit.fluxcd.io');
  expect(groups).not.toContain('bitnami.com');
});

interface Role extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels: Readonly<Record<string, string>> };
  readonly rules: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
}

function userRolesOf(installation: AgentInstallation): [view: Role, edit: Role] {
  const roles = agentObjects({ applyAs: 'deployer', ...installation }).filter(
    ({ kind, metadata }) => kind === 'ClusterRole' && /-(?:view|edit)$/.test(metadata.name),
  );
  expect(roles).toHaveLength(2);
  return roles as unknown as [Role, Role];
}

function aggregatedTo(...roles: string[]): object {
  return Object.fromEntries(roles.map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']));
}

function containerOf(installation: AgentInstallation) {
  return find(agentObjects(installation), 'Deployment').spec.template.spec.containers[0];
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into objects of every kind
function find(objects: readonly KubeObject[], kind: string): any {
  return objects.find((object) => object.kind === kind);
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${nameOf({ kind, namespace: metadata.namespace ?? '', name: metadata.name })}`;
}
