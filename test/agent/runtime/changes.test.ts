import { causeOf } from '../../../src/agent/runtime/changes';
import type { Reconciled } from '../../../src/agent/runtime/types';
import type { ObjectMeta } from '../../../src/model/object';

const object = (metadata: Partial<ObjectMeta> = {}, status?: object): Reconciled =>
  ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', uid: '1', generation: 1, ...metadata }, spec: {}, status }) as Reconciled;

test.each<[string, Reconciled | undefined, Reconciled, string | undefined]>([
  ['an object never seen', undefined, object(), 'created'],
  ['another object of that name', object(), object({ uid: '2' }), 'created'],
  ['a new spec', object(), object({ generation: 2 }), 'spec'],
  ['a deletion', object(), object({ deletionTimestamp: 't', generation: 2 }), 'deleted'],
  ['a status', object(), object({ resourceVersion: '2' }, { conditions: [] }), undefined],
  ['a finalizer', object(), object({ finalizers: ['finalizers.fluxcd.io'] }), undefined],
  ['a request', object(), object({ annotations: { 'reconcile.fluxcd.io/requestedAt': '1' } }), 'requested'],
  ['a request taken back', object({ annotations: { 'reconcile.fluxcd.io/requestedAt': '1' } }), object(), undefined],
  ['a setting of ours', object(), object({ annotations: { 'fairlead.dev/confirm-deletion': 'x' } }), 'spec'],
  ['an annotation of somebody else', object(), object({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }), undefined],
  ['a label', object(), object({ labels: { team: 'a' } }), 'spec'],
])('%s', (_name, before, after, cause) => {
  expect(causeOf(before, after)).toBe(cause);
});
