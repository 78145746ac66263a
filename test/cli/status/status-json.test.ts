import { statusJson } from '../../../src/cli/status/status-json';

test('programs find in message whatever is said, of faults and of notes', () => {
  const root = { kind: 'HelmRelease', namespace: 'dev', name: 'podinfo' };
  const fault = { of: ['HelmRelease/dev/podinfo'], sentence: 'it failed', remedy: 'mend it', root, isFinal: true };
  const note = { level: 'warn', of: 'sealing keys', says: 'never saved', remedy: 'fairlead seal backup' } as const;
  expect(statusJson({ cluster: 'gke', ready: false, faults: [fault], notes: [note] })).toEqual({
    cluster: 'gke',
    ready: false,
    faults: [{ of: fault.of, message: 'it failed', remedy: 'mend it', root, isFinal: true }],
    notes: [{ level: 'warn', of: 'sealing keys', message: 'never saved', remedy: 'fairlead seal backup' }],
  });
});

test('a cluster that does not answer has nothing but its error', () => {
  const error = { code: 'FL5001', message: 'cannot reach it', remedy: 'start it' };
  expect(statusJson({ context: 'x', ready: false, error })).toEqual({ context: 'x', ready: false, error });
});
