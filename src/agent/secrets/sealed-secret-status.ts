import { timestamp } from '../../common/timestamp';
import { type Condition, conditionTypes } from '../../model/conditions';
import { messageOf } from '../runtime/outcome-status';
import type { Outcome, Reconciled, ReconciledStatus } from '../runtime/types';

/** Upstream's condition: it has no generation of its own, and says when it was last touched. */
interface SyncedCondition extends Condition {
  readonly lastUpdateTime?: string;
}

/** As upstream's events. */
export const reasons = { unsealed: 'Unsealed', unsealFailed: 'ErrUnsealFailed', updateFailed: 'ErrUpdateFailed' } as const;

/**
 * The status after an outcome, as upstream writes it: condition Synced, and the generation it speaks of, whether that went well or not. Unlike
 * upstream's its message is never an old one, and it has the reason that the event has. Undefined: it stays.
 */
export function statusAfter(outcome: Outcome, { metadata, status = {} }: Reconciled, now: Date): ReconciledStatus | undefined {
  const said = wordsOf(outcome);
  if (said === undefined) return undefined;
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === conditionTypes.synced);
  const isSame = before?.status === said.status && (before.message ?? '') === said.message;
  if (isSame && status.observedGeneration === metadata.generation) return status;
  const time = timestamp(now);
  const synced: SyncedCondition = {
    ...said,
    type: conditionTypes.synced,
    lastUpdateTime: time,
    lastTransitionTime: before?.status === said.status ? (before.lastTransitionTime ?? time) : time,
  };
  const others = conditions.filter(({ type }) => type !== conditionTypes.synced);
  return { ...status, observedGeneration: metadata.generation, conditions: [synced, ...others] };
}

function wordsOf(outcome: Outcome): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
  switch (outcome.type) {
    case 'ready':
      return { status: 'True', reason: outcome.reason, message: outcome.message };
    case 'failed':
      return { status: 'False', reason: outcome.reason, message: messageOf(outcome.error) };
    case 'stalled':
      return { status: 'False', reason: outcome.reason, message: outcome.message };
    default:
      return undefined;
  }
}
