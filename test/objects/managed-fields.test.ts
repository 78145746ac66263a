import type { KubeObject, ManagedFieldsEntry } from '../../src/model/object';
import { appliedFields, isPredecessor, lastWriterBeside, predecessorsOf, takeoverPatch } from '../../src/objects/managed-fields';

const OURS = 'kustomize-controller';
const entry = (
  manager: string,
  operation: 'Apply' | 'Update',
  fieldsV1: ManagedFieldsEntry['fieldsV1'] = { 'f:data': {} },
  more: Partial<ManagedFieldsEntry> = {},
) => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsV1,
  ...more,
});
const object = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', resourceVersion: '7', managedFields },
});

test.each([
  [entry('kubectl-client-side-apply', 'Update'), true],
  [entry('kubectl', 'Apply'), true],
  [entry('kubectl-edit', 'Update'), true],
  [entry('kubectl', 'Update', {}, { subresource: 'scale' }), false],
  [entry('before-first-apply', 'Update'), true],
  [entry(OURS, 'Update'), true],
  [entry(OURS, 'Apply'), false],
  [entry(OURS, 'Update', {}, { subresource: 'status' }), false],
  [entry('helm-controller', 'Apply'), true],
  [entry('kube-controller-manager', 'Update'), false],
  [
    entry('kubectl-rollout', 'Update', {
      'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } } } },
    }),
    false,
  ],
  [entry('kubectl-rollout', 'Update', { 'f:spec': { 'f:paused': {} } }), true],
  [entry('kubectl-annotate', 'Update', { 'f:metadata': { 'f:annotations': { '.': {}, 'f:reconcile.fluxcd.io/requestedAt': {} } } }), false],
  [entry('kubectl-annotate', 'Update', { 'f:metadata': { 'f:annotations': { '.': {}, 'f:fairlead.dev/confirm-deletion': {} } } }), false],
  [entry('kubectl-annotate', 'Update', { 'f:metadata': { 'f:annotations': { '.': {}, 'f:note': {} } } }), true],
])('%j is taken over: %s', (candidate, expected) => {
  expect(isPredecessor(candidate, OURS, ['helm-controller'])).toBe(expected);
});

test('our fields are those we applied, not what we wrote otherwise', () => {
  const applied = { 'f:data': { 'f:a': {} } };
  expect(
    appliedFields(object(entry(OURS, 'Update'), entry(OURS, 'Apply', {}, { subresource: 'status' }), entry(OURS, 'Apply', applied)), OURS),
  ).toEqual(applied);
  expect(appliedFields(object(entry('other', 'Apply')), OURS)).toBeUndefined();
});

test('nobody to take over from makes no patch', () => {
  expect(takeoverPatch(object(entry(OURS, 'Apply'), entry('other', 'Update')), OURS)).toBeUndefined();
  expect(takeoverPatch({ ...object(), metadata: { name: 'a' } }, OURS)).toBeUndefined();
});

test("predecessors' fields join ours, others keep theirs, and only that state of the object is patched", () => {
  const other = entry('other', 'Update');
  const ours = entry(OURS, 'Apply', { 'f:data': { 'f:a': {} } }, { time: 'then' });
  const patch = takeoverPatch(object(entry('kubectl-create', 'Update', { 'f:data': { '.': {}, 'f:b': {} } }), other, ours), OURS);
  expect(patch).toEqual([
    { op: 'test', path: '/metadata/resourceVersion', value: '7' },
    { op: 'replace', path: '/metadata/managedFields', value: [other, { ...ours, fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } }] },
  ]);
});

test('without fields of ours the predecessor becomes us', () => {
  const patch = takeoverPatch(object(entry('helm-controller', 'Update')), OURS, ['helm-controller']);
  expect(patch?.[1].value).toEqual([entry(OURS, 'Apply')]);
  expect(predecessorsOf(object(entry('helm-controller', 'Update')), OURS)).toEqual([]);
});

test('who wrote last beside us is told, status aside', () => {
  const live = object(
    entry(OURS, 'Apply', {}, { time: '2026-01-03T00:00:00Z' }),
    entry('first', 'Update', {}, { time: '2026-01-01T00:00:00Z' }),
    entry('second', 'Update', {}, { time: '2026-01-02T00:00:00Z' }),
    entry('third', 'Update', {}, { time: '2026-01-03T00:00:00Z', subresource: 'status' }),
  );
  expect(lastWriterBeside(live, OURS)).toBe('second');
  expect(lastWriterBeside(object(), OURS)).toBeUndefined();
});
