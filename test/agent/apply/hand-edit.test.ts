import { editReverted, fieldPaths, lastEdit, takenBack } from '../../../src/agent/apply/hand-edit';
import type { KubeObject, ManagedFieldsEntry } from '../../../src/model/object';

const entry = (manager: string, fieldsV1: Record<string, unknown>, time = '2026-01-01T00:00:00Z'): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  time,
  fieldsV1,
});
const object = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', managedFields },
});

test('fields are named as people write them, and members of sets are not named at all', () => {
  const set = {
    'f:metadata': { 'f:annotations': { '.': {}, 'f:example.com/team': {} }, 'f:finalizers': { 'v:"hunter2"': {} } },
    'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } } } } },
  };
  expect(fieldPaths(set)).toEqual([
    'metadata.annotations[example.com/team]',
    'metadata.finalizers',
    'spec.replicas',
    'spec.template.spec.containers[name=web].image',
  ]);
});

test('the edit is what was written last by somebody else, status aside', () => {
  const status = { ...entry('kube-controller-manager', {}, '2026-01-04T00:00:00Z'), subresource: 'status' };
  const edits = [entry('kubectl-edit', {}, '2026-01-03T00:00:00Z'), entry('kubectl-scale', {}, '2026-01-02T00:00:00Z'), status];
  expect(lastEdit(object(entry('helm', {}, '2026-01-05T00:00:00Z'), ...edits), 'helm')?.manager).toBe('kubectl-edit');
  expect(lastEdit(object(entry('helm', {})), 'helm')).toBeUndefined();
});

test('taken back is what the edit held and holds no more', () => {
  const edit = entry('kubectl-edit', { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } });
  expect(takenBack(edit, object(entry('kubectl-edit', { 'f:spec': { 'f:paused': {} } })))).toEqual({
    manager: 'kubectl-edit',
    fields: ['spec.replicas'],
  });
  expect(takenBack(edit, object(edit))).toBeUndefined();
});

test('the event names manager, fields and the command, and stays short', () => {
  const fields = Array.from({ length: 12 }, (_, at) => `data.key${at}`);
  const id = { group: '', version: 'v1', kind: 'Secret', namespace: 'dev', name: 'db' };
  expect(editReverted(id, { manager: 'kubectl-edit', fields }).message).toBe(
    'Secret/dev/db: kubectl-edit changed data.key0, data.key1, data.key2, data.key3, data.key4, data.key5, data.key6, data.key7, data.key8, data.key9, 2 more, ' +
      'and it is as Git has it again. To keep a change for a while: fairlead suspend secret/db -n dev --for 1h --reason TEXT',
  );
});
