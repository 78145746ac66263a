import { actionsOf, describeMissing, isAllowed } from '../../../src/agent/ready/rights';
import { RIGHTS } from '../../../src/install/rights';

const action = (verb: string, group: string, resource: string, name?: string) => ({
  verb,
  group,
  resource,
  name,
  scope: 'cluster' as const,
  why: 'work',
});
const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]) => ({
  apiGroups,
  resources,
  verbs,
  resourceNames,
});

test.each([
  ['the very rule', action('get', 'apps', 'deployments'), rule(['apps'], ['deployments'], ['get']), true],
  ['wildcards', action('get', 'apps', 'deployments/scale'), rule(['*'], ['*'], ['*']), true],
  ['a subresource of anything', action('patch', 'apps', 'deployments/scale'), rule(['apps'], ['*/scale'], ['patch']), true],
  ['a name among names', action('update', '', 'configmaps', 'a'), rule([''], ['configmaps'], ['update'], ['a', 'b']), true],
  ['no name where names are asked for', action('update', '', 'configmaps'), rule([''], ['configmaps'], ['update'], ['a']), false],
  ['another name', action('update', '', 'configmaps', 'c'), rule([''], ['configmaps'], ['update'], ['a']), false],
  ['the resource without its subresource', action('patch', 'apps', 'deployments/status'), rule(['apps'], ['deployments'], ['patch']), false],
  ['another verb', action('delete', 'apps', 'deployments'), rule(['apps'], ['deployments'], ['get', 'list']), false],
  ['another group', action('get', 'apps', 'deployments'), rule([''], ['deployments'], ['get']), false],
])('%s', (_, wanted, granted, allowed) => expect(isAllowed(wanted, [granted])).toBe(allowed));

test('what an installation is granted allows all that is asked for', () => {
  const granted = RIGHTS.map((right) => right.rule);
  expect(actionsOf(RIGHTS).filter((one) => !isAllowed(one, granted))).toEqual([]);
});

test('what is missing is said by resource, with its verbs and what it is for', () => {
  const missing = [
    action('watch', 'apps', 'deployments'),
    action('list', 'apps', 'deployments'),
    { ...action('create', '', 'secrets'), scope: 'namespace' as const },
  ];
  expect(describeMissing(missing, 'flux-system')).toEqual([
    'may not list, watch deployments.apps, which it needs for: work',
    'may not create secrets in namespace flux-system, which it needs for: work',
  ]);
});
