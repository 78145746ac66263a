import { load } from 'js-yaml';
import type { RawObject } from '../../../src/validate/manifest';
import { Policies } from '../../../src/validate/policy/policies';
import { Policy } from '../../../src/validate/policy/policy';
import { policyDrafts } from '../../../src/validate/policy/policy-drafts';
import { PolicyScope } from '../../../src/validate/policy/policy-scope';
import { Violation } from '../../../src/validate/policy/violation';
import { fieldText } from '../../../src/validate/schema/field';

const found = (policy: Policy, text: string, cluster = 'gke', release?: string) => {
  const object = load(text) as RawObject;
  const manifest = { object, file: 'a.yaml', document: 1, ...(release && { release: { name: release } }) };
  return policyDrafts(manifest, [policy], { cluster, kubernetesVersion: '1.36' }).map(
    ({ rule, field = [], message }) => `${rule}: ${fieldText(field)} ${message}`,
  );
};
const pod = (container: string, spec = '') =>
  `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: dev}, spec: {containers: [{name: a, ${container}}]${spec}}}`;

test.each([
  [Policies.noLatestTag(), pod('image: a'), ['no-latest-tag: spec.containers[0].image a has no tag']],
  [Policies.noLatestTag(), pod('image: "localhost:5000/a"'), ['no-latest-tag: spec.containers[0].image localhost:5000/a has no tag']],
  [Policies.noLatestTag(), pod('image: "a:latest"'), ['no-latest-tag: spec.containers[0].image a:latest is another image tomorrow']],
  [Policies.noLatestTag(), pod(`image: "a@sha256:${'a'.repeat(64)}"`), []],
  [Policies.requestsSet(), pod('resources: {requests: {cpu: 1}}'), ['requests-set: spec.containers[0].resources.requests has no memory']],
  [Policies.requestsSet(), pod('resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}'), []],
  [Policies.limitsSet(), pod('resources: {requests: {cpu: 1}}'), ['limits-set: spec.containers[0].resources.limits has no memory']],
  [
    Policies.noPrivileged(),
    pod('securityContext: {privileged: true}'),
    ['no-privileged: spec.containers[0].securityContext.privileged is root on its node'],
  ],
  [Policies.nonRoot(), pod('image: a', ', securityContext: {runAsUser: 1000}'), []],
  [
    Policies.nonRoot(),
    pod('securityContext: {runAsUser: 0}', ', securityContext: {runAsUser: 1000}'),
    ['non-root: spec.containers[0].securityContext.runAsNonRoot is not set: it may run as root'],
  ],
  [
    Policies.noHostPath(),
    pod('image: a', ', volumes: [{name: v, hostPath: {path: /}}]'),
    ['no-host-path: spec.volumes[0].hostPath is a folder of the node'],
  ],
  [Policies.noHostNamespaces(), pod('image: a', ', hostNetwork: true'), ['no-host-namespaces: spec.hostNetwork shares what is the node’s']],
  [Policies.probesSet(), pod('image: a'), []],
  [
    Policies.probesSet(),
    '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {containers: [{name: a}]}}}}',
    ['probes-set: spec.template.spec.containers[0].readinessProbe is not set'],
  ],
  [Policies.labelsSet('a', 'b'), '{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {a: x}}}', ['labels-set: metadata.labels.b is missing']],
  [
    Policies.imagesFrom('ghcr.io/acme'),
    pod('image: "ghcr.io/acmes/a:1"'),
    ['images-from: spec.containers[0].image ghcr.io/acmes/a:1 is from elsewhere'],
  ],
  [Policies.imagesFrom('ghcr.io/acme'), pod('image: "ghcr.io/acme/a:1"'), []],
  [Policies.nothingInNamespace('dev'), pod('image: a'), ['nothing-in-namespace: metadata.namespace dev is not for this']],
  [
    Policies.nothingInNamespace(),
    '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: a, namespace: flux-system}}',
    [],
  ],
])('%# %s', (policy, text, expected) => expect(found(policy, text)).toEqual(expected));

const always = new Policy({ name: 'always', check: () => Violation.of('is there') });

test.each([
  ['within a namespace', always.within(PolicyScope.namespaces('d*')), 1],
  ['within another', always.within(PolicyScope.namespaces('prod')), 0],
  ['except a kind', always.except(PolicyScope.kinds('Pod'), 'why not'), 0],
  ['except a kind of another cluster', always.except(PolicyScope.kinds('Pod').and(PolicyScope.clusters('eks')), 'why not'), 1],
  ['except an object', always.except(PolicyScope.objects('Pod/dev/a'), 'why not'), 0],
  ['within a release', always.within(PolicyScope.releases('dev/web')), 1],
])('%s', (_, policy, count) => expect(found(policy, pod('image: a'), 'gke', 'dev/web')).toHaveLength(count));

test('a policy that throws is an error: it has not said that all is well', () => {
  const broken = new Policy({ name: 'broken', severity: 'warning', check: ({ metadata }) => metadata.labels?.a.toUpperCase() as never });
  expect(found(broken, '{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {b: c}}}')).toEqual([
    expect.stringContaining('broken:  could not be judged: Cannot read'),
  ]);
});

test('names that are none, and exceptions without a reason, are refused where they are written', () => {
  expect(() => new Policy({ name: 'No Spaces', check: () => undefined })).toThrow('is no name for a policy');
  expect(() => always.except(PolicyScope.kinds('Pod'), ' ')).toThrow('has no reason');
});
