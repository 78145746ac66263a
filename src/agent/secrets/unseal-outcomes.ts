import { errors } from '../../common/errors';
import { stalled } from '../runtime/outcomes';
import type { Outcome } from '../runtime/types';
import { reasons } from './sealed-secret-status';
import type { UnsealError } from './unseal-metrics';

/** As upstream's event says it; its condition has no words then. */
export const UNSEALED: Outcome = {
  type: 'ready',
  reason: reasons.unsealed,
  message: '',
  event: { type: 'Normal', reason: reasons.unsealed, message: 'SealedSecret unsealed successfully' },
};

/** Its Secret is as it is to be, and everything was said. */
export const AS_IT_WAS: Outcome = { type: 'unchanged', isDone: true };

/** What no retry helps: another key, another SealedSecret, another Secret do, and each asks for a visit by itself. */
const LASTING = [
  errors.SealedValuesClosed,
  errors.SealedBothWays,
  errors.SealedWholeInvalid,
  errors.SecretTemplateInvalid,
  errors.SecretNotAllowed,
  errors.SecretForeign,
  errors.SecretImmutable,
  errors.SecretTypeFixed,
];

export function failure(what: UnsealError, error: unknown): Outcome {
  const reason = what === 'unseal' ? reasons.unsealFailed : reasons.updateFailed;
  return LASTING.some((lasting) => lasting.is(error)) ? stalled(reason, error) : { type: 'failed', reason, error };
}
