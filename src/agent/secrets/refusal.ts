import { errors, FairleadError } from '../../common/errors';
import { Redactor } from '../../common/redactor';
import { StatusError } from '../../kube/status-error';
import { messageOf } from '../runtime/outcome-status';

/** Parsers quote the sign they stumble over. */
const QUOTED_SIGN = /invalid character '.*?'/g;

/**
 * What went wrong, in words that have nothing of the values: servers and admission webhooks may quote what they were sent.
 * @param values in base64
 */
export function refusalOf(error: unknown, secret: string, values: Iterable<string>): FairleadError {
  if (error instanceof FairleadError && !(error instanceof StatusError)) return error;
  const redactor = new Redactor();
  for (const value of values) {
    redactor.add(value);
    redactor.add(Buffer.from(value, 'base64').toString());
  }
  const said = error instanceof StatusError ? error.answer : messageOf(error);
  return errors.SecretRefused({ secret, reason: redactor.redact(said).replace(QUOTED_SIGN, 'invalid character') });
}
