import { annotatedDependencies, isReady, unmetMessage, unmetOf } from '../../../src/agent/runtime/dependencies';
import type { Reconciled, Ref } from '../../../src/agent/runtime/types';
import type { KubeObject } from '../../../src/model/object';

const depending = (dependsOn?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Widget',
  metadata: { name: 'a', ...(dependsOn !== undefined && { annotations: { 'fairlead.dev/depends-on': dependsOn } }) },
});

test('dependencies of any kind are named by annotation', () => {
  const refs = annotatedDependencies(depending(' HelmRelease/dev/db, Kustomization/a/b,'));
  expect(unmetMessage(refs)).toBe("dependency 'HelmRelease/dev/db' is not ready, dependency 'Kustomization/a/b' is not ready");
  expect(annotatedDependencies(depending())).toEqual([]);
});

test.each(['HelmRelease/db', 'a/b/c/d', 'HelmRelease//db'])('%s names none', (part) =>
  expect(() => annotatedDependencies(depending(`Kustomization/a/b,${part}`))).toThrow(
    `FL4015: annotation fairlead.dev/depends-on cannot be read at ${part}`,
  ),
);

test.each<[boolean, number | undefined, string | undefined]>([
  [true, 2, 'True'],
  [false, 1, 'True'],
  [false, 2, 'False'],
  [false, 2, undefined],
  [false, undefined, 'True'],
])('%j: observed generation %j of 2, Ready=%s', (expected, observedGeneration, status) => {
  const conditions = status === undefined ? [] : [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: '' }];
  const object = { ...depending(), metadata: { name: 'a', generation: 2 }, spec: {}, status: { observedGeneration, conditions } } as Reconciled;
  expect(isReady(object)).toBe(expected);
});

test('what is not there is not ready', () => expect(isReady(undefined)).toBe(false));

test('a SealedSecret is ready once it is Synced, as it has no Ready', () => {
  const sealed = (status: string) =>
    ({
      ...depending(),
      kind: 'SealedSecret',
      metadata: { name: 'a', generation: 2 },
      spec: {},
      status: { observedGeneration: 2, conditions: [{ type: 'Synced', status, reason: '', message: '' }] },
    }) as Reconciled;
  expect([isReady(sealed('True')), isReady(sealed('False'))]).toEqual([true, false]);
});

test('a Secret is ready once it exists, and its coming is not missed between the look and the watch', async () => {
  const get = async ({ name }: Ref) => (name === 'here' ? depending() : undefined);
  const runtime = { store: { get: () => undefined }, clusters: { own: { get } } } as never;
  const secret = (name: string) => ({ kind: 'Secret', namespace: 'dev', name });
  const release = { kind: 'HelmRelease', namespace: 'dev', name: 'db' };
  expect(await unmetOf([secret('here'), release, secret('gone')], runtime)).toEqual([release, { ...secret('gone'), seen: '' }]);
});
