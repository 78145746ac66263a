import { fieldsOf, isAsWritten, isContentOfOthers, managedAfter, ourFields, printFields } from '../../../../src/agent/secrets/written/own-fields';
import type { ManagedFieldsEntry } from '../../../../src/model/object';

const secret = {
  metadata: { labels: { app: 'web' }, annotations: { 'a.b/c': 'd' }, ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u-1' }] },
  type: 'Opaque',
  data: { password: '', user: '' },
};

const entry = (manager: string, fieldsV1: object, operation: 'Apply' | 'Update' = 'Update'): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsV1 as Record<string, unknown>,
});

test('what is written is owned, as the API server writes it down', () => {
  expect(fieldsOf(secret)).toEqual({
    'f:data': { '.': {}, 'f:password': {}, 'f:user': {} },
    'f:metadata': {
      'f:annotations': { '.': {}, 'f:a.b/c': {} },
      'f:labels': { '.': {}, 'f:app': {} },
      'f:ownerReferences': { '.': {}, 'k:{"uid":"u-1"}': {} },
    },
    'f:type': {},
  });
  expect(fieldsOf({ metadata: {}, data: {}, immutable: false })).toEqual({ 'f:immutable': {} });
});

test('the same fields read the same, whatever their order and however deep an owner is told', () => {
  const told = { 'f:type': {}, 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u"}': { 'f:kind': {} } }, 'f:labels': { 'f:a': {} } } };
  const same = { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} }, 'f:ownerReferences': { '.': {}, 'k:{"uid":"u"}': {} } }, 'f:type': {} };
  expect(printFields(told)).toBe(printFields(same));
  expect(printFields(told)).not.toBe(printFields({ ...same, 'f:immutable': {} }));
});

test('only an update of ours is ours', () => {
  const ours = { 'f:data': { 'f:password': {} } };
  expect(ourFields([entry('kubectl', {}), entry('fairlead-unseal', ours)])).toEqual(ours);
  expect(ourFields([entry('fairlead-unseal', ours, 'Apply')])).toBeUndefined();
  expect(ourFields(undefined)).toBeUndefined();
});

test.each<[object, boolean]>([
  [{ 'f:data': { 'f:more': {} } }, true],
  [{ 'f:type': {} }, true],
  [{ 'f:immutable': {} }, true],
  [{ 'f:metadata': { 'f:labels': { 'f:team': {} } } }, false],
])('others own content with %j: %s', (fields, isContent) => {
  expect(isContentOfOthers([entry('fairlead-unseal', fieldsOf(secret)), entry('kubectl', fields)])).toBe(isContent);
});

test('what is written is taken from whoever had it, and what they have besides stays theirs', () => {
  const others = [
    entry('controller', fieldsOf(secret)),
    entry('kubectl', { 'f:data': { '.': {}, 'f:password': {}, 'f:own': {} }, 'f:metadata': { 'f:labels': { 'f:team': {} } } }),
    entry('fairlead-unseal', { 'f:data': { 'f:old': {} } }),
  ];
  expect(managedAfter(fieldsOf(secret), others)).toEqual([
    entry('kubectl', { 'f:data': { '.': {}, 'f:own': {} }, 'f:metadata': { 'f:labels': { 'f:team': {} } } }),
    entry('fairlead-unseal', fieldsOf(secret)),
  ]);
});

test.each<[string, object, boolean]>([
  ['nothing else', {}, true],
  ['labels and annotations that a webhook added', { 'f:metadata': { 'f:labels': { 'f:x': {} }, 'f:annotations': { 'f:y': {} } } }, true],
  ['a value more', { 'f:data': { 'f:more': {} } }, false],
  ['an owner more', { 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u-2"}': {} } } }, false],
])('with %s it is as it was written: %#', (_, more, isIt) => {
  const written = printFields(fieldsOf(secret));
  const extra = printFields(more as Record<string, unknown>);
  const ours = extra === '' ? written : [...written.split('\n'), ...extra.split('\n')].sort().join('\n');
  expect([isAsWritten(ours, written), isAsWritten(ours, `${written}\n["f:immutable"]`)]).toEqual([isIt, false]);
});
