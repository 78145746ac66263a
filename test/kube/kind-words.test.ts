import { isCalled } from '../../src/kube/kind-words';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true, shortNames: ['deploy'] };
const POD = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, shortNames: ['po'] };
const RELEASE = { group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease', plural: 'helmreleases', namespaced: true };

test.each([
  ['deploy', DEPLOYMENT],
  ['Deployment', DEPLOYMENT],
  ['DEPLOYMENTS', DEPLOYMENT],
  ['deployment.apps', DEPLOYMENT],
  ['deploy.v1.apps', DEPLOYMENT],
  ['po', POD],
  ['helmreleases.helm.toolkit.fluxcd.io', RELEASE],
])('%s is a kind as kubectl takes it', (word, resource) => expect(isCalled(word, resource)).toBe(true));

test.each([
  ['deployments.extensions', DEPLOYMENT],
  ['deployments.v1beta1.apps', DEPLOYMENT],
  ['deploys', DEPLOYMENT],
  ['pods.metrics.k8s.io', POD],
  ['hr', RELEASE],
])('%s is another', (word, resource) => expect(isCalled(word, resource)).toBe(false));
