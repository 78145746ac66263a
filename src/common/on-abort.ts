/**
 * Calls `act` when a signal aborts, at once where it has, until the returned function is called. Unlike `AbortSignal.any` it leaves
 * nothing behind on signals that live as long as the process.
 */
export function onAbort(signal: AbortSignal | undefined, act: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  const abort = () => act(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
