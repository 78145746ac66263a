import { describeError } from '../../src/cli/print-error';
import { errors } from '../../src/common/errors';

test('an error of ours is its code, what happened and what to do', () => {
  expect(describeError(errors.ObjectNameless({ kind: 'Pod' }), false)).toBe(
    'error FL2114: an object of kind Pod has no name\n  give it metadata.name',
  );
});

test('so is one of another copy of the package', () => {
  const foreign = Object.assign(new Error('FL2000: wrong'), { name: 'FairleadError', remedy: 'do better' });
  expect(describeError(foreign, false)).toBe('error FL2000: wrong\n  do better');
});

test('an error of a program comes with its own places only', () => {
  const error = new TypeError('x is not a function');
  error.stack = `TypeError: x is not a function
    at helper (/repo/lib/a.ts:3:4)
    at Object.<anonymous> (/repo/node_modules/cdk8s/lib/app.js:1:2)
    at file:///repo/main.ts:7:1
    at node:internal/modules/cjs/loader:1:2
    at Module._compile (node:internal/modules/cjs/loader:1554:14)`;
  const text = describeError(error, false);
  expect(text).toMatch(/^error TypeError: x is not a function\n {2}at .*repo\/lib\/a\.ts:3:4\n {2}at .*repo\/main\.ts:7:1$/);
});

test('debugging shows stacks and causes', () => {
  const text = describeError(new Error('outer', { cause: new Error('inner') }), true);
  expect(text).toMatch(/Error: outer\n {4}at [\s\S]*caused by Error: inner\n {4}at /);
});

test('what is no error is told as it is', () => {
  expect(describeError('text', false)).toBe('error text');
});
