import { errors, FairleadError } from '../../common/errors';
import { Redactor } from '../../common/redactor';
import { StatusError } from '../../kube/status-error';
import type { SealedSecret } from '../../seal/sealed-secret';
import { messageOf } from '../runtime/outcome-status';
import type { Secret } from './unsealed-secret';

/** Parsers quote the sign they stumble over. */
const QUOTED_SIGN = /invalid character '.*?'/g;

/** What went wrong, in words that have nothing of what was sealed: servers and admission webhooks may quote what they were sent. */
export function refusalOf(error: unknown, { spec }: Pick<SealedSecret, 'spec'>, secret: Secret): FairleadError {
  if (error instanceof FairleadError && !(error instanceof StatusError)) return error;
  const redactor = new Redactor();
  for (const value of Object.values(secret.data)) {
    redactor.add(value);
    redactor.add(Buffer.from(value, 'base64').toString());
  }
  const { name, namespace, labels, annotations } = secret.metadata;
  if (spec.data) for (const text of Object.values({ ...labels, ...annotations, '': secret.type })) redactor.add(text);
  const said = error instanceof StatusError ? error.answer : messageOf(error);
  return errors.SecretRefused({ secret: `${namespace}/${name}`, reason: redactor.redact(said).replace(QUOTED_SIGN, 'invalid character') });
}
