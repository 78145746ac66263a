import { type Condition, conditionTypes } from '../../model/conditions';
import type { ReconciledStatus, StatusChange } from './types';

export interface ChangeContext {
  /** Generation of the object the change speaks of. */
  readonly generation: number | undefined;
  readonly now: Date;
  /** Takes secrets out of messages. */
  readonly redact: (text: string) => string;
}

/** The CRDs allow 32768 characters; whoever reads more than this looks at the log anyway. */
const LONGEST_MESSAGE = 16_000;

/** The status after a change. What is the same keeps its transition time, Ready comes first, then by type as Flux sorts. */
export function changedStatus(status: ReconciledStatus, change: StatusChange, context: ChangeContext): ReconciledStatus {
  const { conditions, ...fields } = { ...status, ...change.fields };
  const next = changedConditions(status.conditions ?? [], change, context);
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
  return next.length === 0 && conditions === undefined ? kept : { ...kept, conditions: next };
}

function changedConditions(before: readonly Condition[], change: StatusChange, context: ChangeContext): readonly Condition[] {
  const byType = new Map(before.map((condition) => [condition.type, condition]));
  for (const type of change.without ?? []) byType.delete(type);
  for (const { type, status, reason, message } of change.conditions ?? []) {
    const was = byType.get(type);
    const lastTransitionTime = was?.status === status && was.lastTransitionTime ? was.lastTransitionTime : seconds(context.now);
    const text = shortened(context.redact(message));
    byType.set(type, { type, status, reason, message: text, observedGeneration: context.generation, lastTransitionTime });
  }
  return [...byType.values()].sort(byConditionType);
}

function byConditionType(a: Condition, b: Condition): number {
  if (a.type === b.type) return 0;
  if (a.type === conditionTypes.ready) return -1;
  if (b.type === conditionTypes.ready) return 1;
  return a.type < b.type ? -1 : 1;
}

function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function shortened(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;
}
