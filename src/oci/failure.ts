import { errors, FairleadError } from '../common/errors';

const BROKEN = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'];
const UNTRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** What a failed request means. Errors that say so already, and the reason of an abort, stay as they are. */
export function explainFailure(error: unknown, url: URL, signal: AbortSignal): unknown {
  if (error instanceof FairleadError) return error;
  if (signal.aborted) return signal.reason;
  const { code, message, errors: each } = error as NodeJS.ErrnoException & Partial<AggregateError>;
  if (code && UNTRUSTED.test(code)) return errors.RegistryCertificateRefused({ host: url.host, reason: message }, error);
  if (code?.startsWith('Z_') || code === 'ERR_BROTLI_DECODE')
    return errors.RegistryAnswerInvalid({ url: url.origin + url.pathname, reason: `its compression is broken: ${message}` }, error);
  const reason = code === 'EPROTO' ? `it does not speak TLS as we do (${message.split(':')[5] ?? code})` : message || each?.[0]?.message || code;
  return errors.RegistryUnreachable({ url: url.origin + url.pathname, reason: reason || 'the connection was lost' }, error);
}

/** Whether asking again may help at once: the connection was there and broke. */
export function isBrokenConnection(error: unknown): boolean {
  if (!errors.RegistryUnreachable.is(error)) return false;
  return BROKEN.includes((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}
