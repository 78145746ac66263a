import { optOutsOf } from '../../src/objects/opt-outs';

const none = { ignored: false, createOnly: false, merged: false, recreated: false, kept: false, unwatched: false };

test.each([
  ['kustomize.toolkit.fluxcd.io/reconcile', 'disabled', { ignored: true, kept: true }],
  ['kustomize.toolkit.fluxcd.io/ssa', 'Ignore', { ignored: true, kept: true }],
  ['kustomize.toolkit.fluxcd.io/ssa', 'IfNotPresent', { createOnly: true }],
  ['kustomize.toolkit.fluxcd.io/ssa', 'Merge', { merged: true }],
  ['kustomize.toolkit.fluxcd.io/ssa', 'Override', {}],
  ['kustomize.toolkit.fluxcd.io/force', 'Enabled', { recreated: true }],
  ['kustomize.toolkit.fluxcd.io/prune', 'disabled', { kept: true }],
  ['helm.toolkit.fluxcd.io/driftDetection', 'disabled', { unwatched: true }],
  ['kustomize.toolkit.fluxcd.io/prune', 'enabled', {}],
])('%s: %s, in any letters, as annotation or label', (name, value, expected) => {
  for (const text of [value, value.toUpperCase()]) {
    expect(optOutsOf({ annotations: { [name]: text } })).toEqual({ ...none, ...expected });
    expect(optOutsOf({ labels: { [name]: text } })).toEqual({ ...none, ...expected });
  }
});

test('an object that says nothing opts out of nothing', () => {
  expect(optOutsOf({})).toEqual(none);
});
