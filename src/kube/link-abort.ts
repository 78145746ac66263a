/**
 * Aborts `controller` when `signal` aborts, until the returned function is called. Unlike `AbortSignal.any` it leaves nothing behind on
 * signals that live as long as the process.
 */
export function linkAbort(signal: AbortSignal | undefined, controller: AbortController): () => void {
  if (signal === undefined) return () => {};
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
