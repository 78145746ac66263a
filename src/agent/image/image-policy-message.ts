import type { RuleProblem } from '../../images/problem';
import { describePattern } from '../../images/tag-pattern';
import { printRef, type VersionRef } from '../../model/version-ref';

export interface ChoiceWords {
  readonly latest: VersionRef;
  readonly previous?: VersionRef;
  /** Whether the registry still has the previous tag. */
  readonly previousGone: boolean;
  /** Why, and of how many. */
  readonly why: string;
  readonly created?: Date;
}

/** Flux's words, and the reason for the choice after them. */
export function choiceMessage({ latest, previous, previousGone, why, created }: ChoiceWords): string {
  const digest = latest.digest === undefined ? '' : ` with digest ${latest.digest}`;
  const before = previous === undefined ? '' : ` (previously ${printRef(previous)}${previousGone ? ', which is gone' : ''})`;
  const built = created === undefined ? '' : `; built ${created.toISOString().replace(/\.\d+Z$/, 'Z')}`;
  return `Latest image tag for ${latest.name} resolved to ${latest.tag}${digest}${before}: ${why}${built}`;
}

/** The words as they stand, where the new ones differ from them in nothing but how many tags there are that do not match. */
export function steadyMessage(standing: string | undefined, message: string): string {
  const withoutTotal = (text: string) => text.replace(/ among \d+ tags/, '');
  return standing !== undefined && withoutTotal(standing) === withoutTotal(message) ? standing : message;
}

/** What is wrong with a rule, and what to write instead where that is known. */
export function problemWords({ problem, instead }: RuleProblem): string {
  if (instead === undefined) return problem;
  const filter = instead.filter === undefined ? [] : [describePattern(instead.filter)];
  const words = [...filter, ...instead.exclude.map((pattern) => `exclude what ${describePattern(pattern)}`)];
  return `${problem}; write instead: ${words.join(', ')}`;
}
