import { stagingModules } from '../../src/testbed/staging-modules';

test('finds what is replaced by a folder of the repository', () => {
  const goMod = `module k8s.io/kubernetes

require (
	k8s.io/api v0.0.0
	k8s.io/klog/v2 v2.140.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go => ./staging/src/k8s.io/client-go
)

replace k8s.io/kubectl => ./staging/src/k8s.io/kubectl

replace example.com/fork => example.com/ours v1.0.0
`;
  expect(stagingModules(goMod)).toEqual(['k8s.io/api', 'k8s.io/client-go', 'k8s.io/kubectl']);
});
