import { servedApis } from '../../../src/validate/schema/served-apis';

const among = (version: string | undefined, ...apis: readonly string[]) => apis.filter((api) => servedApis(version).includes(api));

test('a version serves its kinds and their API versions, and nothing that is no object', () => {
  const served = ['v1', 'v1/Pod', 'apps/v1', 'apps/v1/Deployment', 'policy/v1/PodDisruptionBudget', 'apiregistration.k8s.io/v1/APIService'];
  expect(among('1.36', ...served)).toEqual(served);
  expect(among('v1.36.3-gke.100', ...served)).toEqual(served);
  expect(among(undefined, ...served)).toEqual(served);
  expect(among('1.36', 'apps/v1/DeploymentList', 'apps/v1/DeleteOptions', 'apps/v1beta1', 'v1/Status', 'policy/v1beta1')).toEqual([]);
});

test('what ends is not served from the version it ends with, also where the schemas of that do not ship', () => {
  const budget = ['policy/v1beta1', 'policy/v1beta1/PodDisruptionBudget'];
  expect(among('1.24', ...budget)).toEqual(budget);
  expect(among('1.25', ...budget)).toEqual([]);
  const policy = 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy';
  expect([among('1.36', policy), among('1.39', policy), among('1.40', policy)]).toEqual([[policy], [policy], []]);
});

test('a version of a group of which a kind has ended is known by its other kinds alone', () => {
  expect(among('1.36', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1beta1/Ingress', 'networking.k8s.io/v1beta1/ServiceCIDR')).toEqual([
    'networking.k8s.io/v1beta1/ServiceCIDR',
  ]);
});

test('what an older version does not have yet is not served because it ends later', () => {
  expect(among('1.30', 'resource.k8s.io/v1beta1/DeviceClass')).toEqual([]);
});
