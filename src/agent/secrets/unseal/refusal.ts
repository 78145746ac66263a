import { errors, FairleadError } from '../../../common/errors';
import { Redactor } from '../../../common/redactor';
import { StatusError } from '../../../kube/status-error';
import type { SealedSecret } from '../../../seal/sealed-secret';
import { messageOf } from '../../runtime/outcome-status';
import type { Secret } from './unsealed-secret';

/** Parsers quote the sign they stumble over. */
const QUOTED_SIGN = /invalid character '.*?'/g;

/**
 * What the API server has against a Secret, in words that have nothing of what was sealed: servers and admission webhooks may quote what they were
 * sent.
 */
export function refusalOf(error: unknown, { spec }: Pick<SealedSecret, 'spec'>, secret: Secret): FairleadError {
  if (error instanceof FairleadError && !(error instanceof StatusError)) return error;
  const { name, namespace, labels, annotations } = secret.metadata;
  const values = Object.values(secret.data).map((value) => Buffer.from(value, 'base64'));
  const texts = spec.data ? Object.values({ ...labels, ...annotations, '': secret.type }) : [];
  const sought = [...values, ...texts.map((text) => Buffer.from(text))];
  const said =
    error instanceof StatusError ? `${error.reason || `HTTP ${error.status}`}: ${without(error.answer, sought)}` : without(messageOf(error), sought);
  return errors.SecretRefused({ secret: `${namespace}/${name}`, reason: said });
}

/** What the engine has against templates, likewise: a crash may say anything. */
export function templateFailure(error: unknown, opened: ReadonlyMap<string, Buffer>): FairleadError {
  if (errors.SecretTemplateInvalid.is(error)) return shortened(error);
  return errors.SecretTemplatesNotRun({ reason: without(messageOf(error), [...opened.values()]) });
}

/** Of ten thousand templates each may be wrong. */
function shortened(error: FairleadError): FairleadError {
  const { code, detail, remedy } = error;
  return detail.length <= LONGEST ? error : new FairleadError(code, `${detail.slice(0, LONGEST)}…`, remedy);
}

/** Looking for more, or in more, would keep the event loop: whoever makes SealedSecrets says how much there is. */
const MOST_SOUGHT_BYTES = 8 * 1024;
const LONGEST = 2 * 1024;
/** The Redactor leaves shorter ones where they are. */
const SHORTEST_SOUGHT = 6;

function without(text: string, values: readonly Buffer[]): string {
  const bytes = values.reduce((sum, { length }) => sum + length, 0);
  if (text.length > LONGEST || bytes > MOST_SOUGHT_BYTES)
    return 'its words are not passed on, since they or the values are too long to look for values in them';
  const hasShort = values.some((value) => value.length > 0 && value.length < SHORTEST_SOUGHT && text.includes(value.toString()));
  if (hasShort) return 'its words are not passed on, since they may have a value in them';
  const redactor = new Redactor();
  for (const value of values) {
    redactor.add(value.toString('base64'));
    redactor.add(value.toString());
  }
  return redactor.redact(text).replace(QUOTED_SIGN, 'invalid character');
}
