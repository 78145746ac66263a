import { errors, type FairleadError } from '../../../common/errors';
import type { Problem } from './unsealer';

/** Upstream's words, where it has some. */
const WORDS: Readonly<Record<Problem, string>> = {
  malformed: 'illegal base64 or SealedSecret data is too short',
  'no-key': 'no key could decrypt secret',
  altered: 'altered after it was sealed',
};

/** A condition has no room for ten thousand. */
const MOST_NAMED = 20;

/** The error for values that stay closed, by problem; undefined where there are none. */
export function closedValues(problems: Iterable<readonly [key: string, problem: Problem]>): FairleadError | undefined {
  const keysBy = new Map<Problem, string[]>();
  for (const [key, problem] of problems) {
    if (keysBy.has(problem)) keysBy.get(problem)!.push(key);
    else keysBy.set(problem, [key]);
  }
  if (keysBy.size === 0) return undefined;
  const said = [...keysBy].map(([problem, keys]) => `${WORDS[problem]} (${someOf(keys)})`);
  return errors.SealedValuesClosed({ problems: said.join('; ') });
}

function someOf(keys: readonly string[]): string {
  const named = [...keys].sort().slice(0, MOST_NAMED).join(', ');
  return keys.length <= MOST_NAMED ? named : `${named} and ${keys.length - MOST_NAMED} more`;
}
