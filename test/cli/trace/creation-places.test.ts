import { placesIn } from '../../../src/cli/trace/creation-places';

test('of a stack the lines of the program are told, the innermost first', () => {
  const stack = [
    'Error',
    '    at Node.addChild (/k8s/node_modules/constructs/lib/construct.js:65:24)',
    '    at new HelmRelease (/k8s/node_modules/fairlead/lib/constructs/helm-release.js:10:5)',
    '    at new PodinfoEnvironment (/k8s/main.ts:52:5)',
    '    at file:///k8s/environments.mts:3:1',
    '    at node:internal/modules/cjs/loader:1234:14',
  ].join('\n');
  expect(placesIn(stack)).toEqual(['/k8s/main.ts:52:5', '/k8s/environments.mts:3:1']);
});
