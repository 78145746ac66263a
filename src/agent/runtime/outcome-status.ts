import { FairleadError } from '../../common/errors';
import { type Condition, conditionTypes, reasons } from '../../model/conditions';
import type { Outcome, StatusChange } from './types';

type NewCondition = Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;

const { ready, reconciling, stalled } = conditionTypes;

/** What an outcome means for Ready, Reconciling and Stalled, as Flux writes them. Undefined: the status stays. */
export function statusOf(outcome: Outcome): StatusChange | undefined {
  switch (outcome.type) {
    case 'ready':
      return change(outcome.change, [{ type: ready, status: 'True', reason: outcome.reason, message: outcome.message }], [reconciling, stalled]);
    case 'failed': {
      const message = messageOf(outcome.error);
      return change(outcome.change, [{ type: ready, status: 'False', reason: outcome.reason, message }, retrying], [stalled]);
    }
    case 'waiting':
      return change(outcome.change, [{ type: ready, status: 'False', reason: outcome.reason, message: outcome.message }, retrying], [stalled]);
    case 'stalled': {
      const { reason, message } = outcome;
      const conditions: NewCondition[] = [
        { type: ready, status: 'False', reason, message },
        { type: stalled, status: 'True', reason, message },
      ];
      return change(outcome.change, conditions, [reconciling]);
    }
    case 'unchanged':
    case 'suspended':
    case 'finalized':
      return undefined;
  }
}

/** Nothing more will happen for this generation by itself, so it counts as observed. */
export function isSettled(outcome: Outcome): boolean {
  return outcome.type === 'ready' || outcome.type === 'stalled';
}

/** What is written ahead of work: the object is being worked on. */
export function inProgress(ahead: StatusChange): StatusChange {
  const message = 'Reconciliation in progress';
  const conditions: NewCondition[] = [
    { type: ready, status: 'Unknown', reason: reasons.progressing, message },
    { type: reconciling, status: 'True', reason: reasons.progressing, message },
  ];
  return change(ahead, conditions, [stalled]);
}

/** An error as people should read it in a condition: cause and remedy. */
export function messageOf(error: unknown): string {
  if (error instanceof FairleadError) return `${error.message} (${error.remedy})`;
  return error instanceof Error ? error.message : String(error);
}

const retrying: NewCondition = { type: reconciling, status: 'True', reason: reasons.progressingWithRetry, message: 'Reconciliation in progress' };

/** The reconciler's own conditions win over ours. */
function change(own: StatusChange = {}, conditions: readonly NewCondition[], without: readonly string[]): StatusChange {
  const named = new Set((own.conditions ?? []).map((condition) => condition.type));
  return {
    conditions: [...conditions.filter((condition) => !named.has(condition.type)), ...(own.conditions ?? [])],
    without: [...without.filter((type) => !named.has(type)), ...(own.without ?? [])],
    fields: own.fields,
  };
}
