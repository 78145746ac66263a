import { nearestNames } from '../../../src/cli/locks/nearest-names';

test.each([
  ['podnifo', ['podinfo', 'redis'], ['podinfo']],
  ['dve', ['prod', 'dev', 'stg'], ['dev']],
  ['balance', ['account-balance', 'account-events'], ['account-balance']],
  ['x', ['dev', 'prod'], []],
  ['prd', ['prod', 'prd-eu', 'dev'], ['prod', 'prd-eu']],
])('%s is like %j: %j', (name, known, expected) => expect(nearestNames(name, known)).toEqual(expected));
