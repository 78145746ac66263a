import { getEventListeners } from 'node:events';
import { onAbort } from '../../src/common/on-abort';

test('acts once when the signal aborts, with its reason', () => {
  const stop = new AbortController();
  const acts: unknown[] = [];
  onAbort(stop.signal, (reason) => acts.push(reason));
  expect(acts).toEqual([]);
  stop.abort('enough');
  expect(acts).toEqual(['enough']);
});

test('acts at once where the signal has aborted already', () => {
  const acts: unknown[] = [];
  onAbort(AbortSignal.abort('before'), (reason) => acts.push(reason));
  expect(acts).toEqual(['before']);
});

test('leaves nothing behind on a signal that lives on', () => {
  const stop = new AbortController();
  const acts: unknown[] = [];
  const unlink = onAbort(stop.signal, (reason) => acts.push(reason));
  unlink();
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  stop.abort();
  expect(acts).toEqual([]);
});

test('without a signal nothing happens', () =>
  expect(
    onAbort(undefined, () => {
      throw new Error('acted');
    })(),
  ).toBeUndefined());
