import { told } from '../manifests';

const missing = (text: string, isWhole = true) => told('missing-reference', text, {}, { isWhole });
const pod = (spec: string) => `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: dev}, spec: ${spec}}`;

test.each([
  [
    'a service account',
    pod('{serviceAccountName: x, containers: []}'),
    ['warning spec.serviceAccountName names ServiceAccount/dev/x, which is not there'],
  ],
  ['the default service account', pod('{serviceAccountName: default, containers: []}'), []],
  ['an optional ConfigMap', pod('{containers: [{name: a, envFrom: [{configMapRef: {name: x, optional: true}}]}]}'), []],
  [
    'a Secret in a variable',
    pod('{containers: [{name: a, env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: k}}}]}]}'),
    ['warning spec.containers[0].env[0].valueFrom.secretKeyRef.name names Secret/dev/x, which is not there'],
  ],
  [
    'a volume',
    pod('{containers: [], volumes: [{name: v, projected: {sources: [{secret: {name: x}}]}}]}'),
    ['warning spec.volumes[0].projected.sources[0].secret.name names Secret/dev/x, which is not there'],
  ],
  [
    'the Service of an Ingress',
    '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: dev}, spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}}]}}',
    ['warning spec.rules[0].http.paths[0].backend.service.name names Service/dev/x, which is not there'],
  ],
  [
    'what an autoscaler scales',
    '{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a, namespace: dev}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}}',
    ['warning spec.scaleTargetRef names Deployment/dev/x, which is not there'],
  ],
  [
    'a role of every cluster',
    '{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: a}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}',
    [],
  ],
  [
    'a role',
    '{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a, namespace: dev}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}, subjects: [{kind: ServiceAccount, name: w, namespace: z}]}',
    ['warning roleRef names Role/dev/x, which is not there', 'warning subjects[0] names ServiceAccount/z/w, which is not there'],
  ],
])('%s', (_, text, expected) => expect(missing(text)).toEqual(expected));

const kustomization =
  '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: a, namespace: flux-system}, spec: {interval: 1m, prune: true, path: a, sourceRef: {kind: GitRepository, name: x}, dependsOn: [{name: w}]}}';

test('what Git alone makes is an error where it is missing from a whole cluster, and a warning in a folder', () => {
  expect(missing(kustomization)).toEqual([
    'error spec.sourceRef names GitRepository/flux-system/x, which is not there',
    'error spec.dependsOn[0] names Kustomization/flux-system/w, which is not there',
  ]);
  expect(missing(kustomization, false).every((line) => line.startsWith('warning'))).toBe(true);
});

test.each([
  '{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: x, namespace: dev}, spec: {encryptedData: {k: AgA}}}',
  '{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: other, namespace: dev}, spec: {target: {name: x}}}',
  '{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: other, namespace: dev}, spec: {secretName: x}}',
  '{apiVersion: v1, kind: Secret, metadata: {name: x, namespace: dev}, stringData: {k: z}}',
])('a Secret is there that something makes: %s', (maker) => {
  expect(missing(`${maker}\n---\n${pod('{containers: [{name: a, env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: k}}}]}]}')}`)).toEqual([]);
});

test('a key that is not among those of a ConfigMap or SealedSecret is an error', () => {
  const sealed = '{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: x, namespace: dev}, spec: {encryptedData: {k: AgA}}}';
  expect(missing(`${sealed}\n---\n${pod('{containers: [{name: a, env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: w}}}]}]}')}`)).toEqual([
    'error spec.containers[0].env[0].valueFrom.secretKeyRef.name wants key w of Secret/dev/x, which has k',
  ]);
});

test('an artifact that Flux puts together is there; one that nobody here makes is a warning', () => {
  const generator =
    '{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: ArtifactGenerator, metadata: {name: a, namespace: flux-system}, spec: {artifacts: [{name: apps}]}}';
  const kustomization = (name: string) =>
    `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: ${name}, namespace: flux-system}, spec: {interval: 1h, prune: true, sourceRef: {kind: ExternalArtifact, name: ${name}}}}`;
  expect(missing([generator, kustomization('apps'), kustomization('more')].join('\n---\n'))).toEqual([
    'warning spec.sourceRef names ExternalArtifact/flux-system/more, which is not there',
  ]);
});

test('the Role that every extension of the API is bound to is there', () => {
  const binding = (role: string) =>
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a, namespace: kube-system}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role}}}`;
  expect(missing(binding('extension-apiserver-authentication-reader'))).toEqual([]);
  expect(missing(binding('other'))).toHaveLength(1);
});
