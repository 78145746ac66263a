import { planRestore } from '../../../../src/cli/seal/keys/restore-keys';
import type { KeySecret } from '../../../../src/seal/sealing-key';

const key = (fingerprint: string, name: string) => ({ fingerprint, secret: { apiVersion: 'v1', kind: 'Secret', metadata: { name } } as KeySecret });
const present = { fingerprints: new Map([['one', { name: 'elsewhere', label: 'compromised' }]]), names: new Set(['elsewhere', 'taken']) };

test.each([
  ['what the cluster lacks comes under its name', key('two', 'free'), { isRenamed: false }],
  [
    'what it has stays as it is, whatever it is called',
    key('one', 'free'),
    { isRenamed: false, presentAs: { name: 'elsewhere', label: 'compromised' } },
  ],
  ['another Secret of its name gives it another', key('two', 'taken'), { isRenamed: true }],
])('%s', (_what, wanted, plan) => {
  expect(planRestore([wanted], present)).toEqual([{ ...wanted, ...plan }]);
});

test('the same key twice in a file is restored once, two keys of one name are both', () => {
  const plan = planRestore([key('two', 'a'), key('two', 'b'), key('three', 'a')], present);
  expect(plan.map(({ presentAs, isRenamed }) => presentAs?.name ?? (isRenamed ? 'renamed' : 'restored'))).toEqual(['restored', 'a', 'renamed']);
});
