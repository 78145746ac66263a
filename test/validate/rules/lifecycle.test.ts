import { findingsIn, told } from '../manifests';

const budget = '{apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {}}';

test('an API that the version of the cluster does not serve is an error that names what replaces it, and its schema is not missed besides', () => {
  expect(findingsIn(budget, { kubernetesVersion: '1.36' })).toMatchObject([
    {
      rule: 'removed-api',
      severity: 'error',
      message: 'Kubernetes 1.36 does not serve policy/v1beta1/PodDisruptionBudget: it ended with 1.25',
      remedy: 'use policy/v1/PodDisruptionBudget',
    },
  ]);
});

test('what will end is a warning, and an error against the version it ends with', () => {
  const policy = '{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingAdmissionPolicy, metadata: {name: a}, spec: {}}';
  expect(told('deprecated-api', policy, { kubernetesVersion: '1.36' })).toEqual([]);
  expect(told('deprecated-api', policy, { kubernetesVersion: '1.36', against: '1.37' })).toEqual([
    'warning apiVersion admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy is deprecated since 1.37 and ends with 1.40',
  ]);
  expect(told('removed-api', policy, { kubernetesVersion: '1.36', against: '1.40' })).toEqual([
    'error apiVersion Kubernetes 1.40 does not serve admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy: it ended with 1.40',
  ]);
});

test('APIs whose types Kubernetes has dropped are known all the same', () => {
  const scaler = '{apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: a}}';
  expect(findingsIn(scaler)).toMatchObject([{ rule: 'removed-api', remedy: 'use autoscaling/v2/HorizontalPodAutoscaler' }]);
});

const widgets = (version: string, more: string) =>
  `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.acme.io}, spec: {group: acme.io, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, {name: v1beta1, storage: false, schema: {openAPIV3Schema: {type: object}}, ${more}}]}}\n---\n{apiVersion: acme.io/${version}, kind: Widget, metadata: {name: a, namespace: b}}`;

test('versions of custom resources end as their definitions say', () => {
  expect(told('deprecated-api', widgets('v1beta1', 'served: true, deprecated: true, deprecationWarning: use v1'))).toEqual([
    'warning apiVersion use v1',
  ]);
  expect(told('removed-api', widgets('v1beta1', 'served: false'))).toEqual(['error apiVersion its definition does not serve v1beta1 any more']);
  expect(findingsIn(widgets('v1', 'served: true, deprecated: true'))).toEqual([]);
});
