import { deletionDoubt, type Wanted } from '../../../src/agent/kustomize/deletion-doubt';
import type { Kustomization } from '../../../src/agent/kustomize/kustomization';

const REWRITTEN = 'main@sha1:2 does not descend from main@sha1:1';

function doubt(wanted: Partial<Wanted>, plan?: string): string | undefined {
  const conditions = plan === undefined ? [] : [{ type: 'fairlead.dev/DeletionPlan', status: 'True', reason: 'PruneRefused', message: plan }];
  const kustomization = { status: { lastAppliedRevision: 'main@sha1:1', conditions } } as unknown as Kustomization;
  return deletionDoubt(kustomization, { revision: 'main@sha1:2', isEmpty: false, isRewritten: false, ...wanted });
}

test('a commit on top of the last one is beyond doubt', () => expect(doubt({})).toBeUndefined());

test('a source without objects is not', () => expect(doubt({ isEmpty: true })).toBe('the source holds no object any more'));

test('nor is a history that was rewritten, and it stays so until somebody has agreed', () => {
  expect(doubt({ isRewritten: true })).toBe(REWRITTEN);
  expect(doubt({}, `${REWRITTEN}: deletes 1 object, 0 allowed\nConfigMap/dev/a`)).toBe(REWRITTEN);
});

test('what waits for its budget alone goes on by it', () => expect(doubt({}, 'deletes 4 objects, 3 allowed\nConfigMap/dev/a')).toBeUndefined());
