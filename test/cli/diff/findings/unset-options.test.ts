import { unsetOptions } from '../../../../src/cli/diff/findings/unset-options';

test.each<[string, object, object, object, string[]]>([
  ['a new option nobody set', { a: 1 }, { a: 1, probe: { enabled: true } }, {}, ['probe new']],
  ['another default', { a: { b: 1 } }, { a: { b: 2 } }, {}, ['a.b']],
  ['one the release sets', { a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 7 } }, []],
  ['one in what the release sets beside it', { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, { a: { c: 7 } }, ['a.b']],
  ['one in a map the release replaces', { a: { b: 1 } }, { a: { b: 2 } }, { a: null }, []],
  ['an option that goes', { a: 1, b: 2 }, { a: 1 }, {}, []],
  ['a list', { a: [1] }, { a: [1, 2] }, {}, ['a']],
])('%s', (_, before, after, values, expected) => {
  expect(unsetOptions(before, after, values).map(({ path, isNew }) => `${path}${isNew ? ' new' : ''}`)).toEqual(expected);
});
