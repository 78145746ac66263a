import { faultOf } from '../../../src/cli/doctor/sealed-secrets';
import { whoUnseals } from '../../../src/cli/doctor/sealed-secrets-controller';
import type { Condition } from '../../../src/model/conditions';

function sealed(condition: Partial<Condition> | undefined, observedGeneration = 2) {
  const conditions = condition === undefined ? [] : [{ type: 'Synced', reason: '', message: '', ...condition } as Condition];
  return { apiVersion: 'v1', kind: 'x', metadata: { name: 'a', namespace: 'dev', generation: 2 }, status: { observedGeneration, conditions } };
}

test.each([
  ['unsealed', sealed({ status: 'True' }), undefined],
  ['never looked at', { ...sealed(undefined), status: undefined }, 'warn dev/a: nobody unsealed it yet as it is now'],
  ['changed since', sealed({ status: 'True' }, 1), 'warn dev/a: nobody unsealed it yet as it is now'],
  [
    'of ours, with its reason',
    sealed({ status: 'False', reason: 'ErrUnsealFailed', message: 'no key opens password' }),
    'fail dev/a: no key opens password',
  ],
  [
    "of upstream's, known words",
    sealed({ status: 'False', message: 'no key could decrypt secret (password)' }),
    'fail dev/a: no key could decrypt secret (password)',
  ],
  [
    "of upstream's, which may quote a value",
    sealed({ status: 'False', message: 'template: t:1: hunter2 is no function' }),
    'fail dev/a: it could not be unsealed; kubectl describe says why',
  ],
])('a SealedSecret: %s', (_what, object, said) => {
  const fault = faultOf(object);
  expect(fault && `${fault.level} ${fault.says}`).toBe(said);
});

test.each([
  [[], 'ok'],
  [['kube-system/one'], 'ok'],
  [['kube-system/one', 'sealing/two'], 'fail'],
])('controllers %j: %s', (others, level) => {
  const finding = whoUnseals(others);
  expect(finding.level).toBe(level);
  for (const other of others) expect(finding.says).toContain(other);
});
