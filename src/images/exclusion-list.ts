import { isProblem, type RuleProblem } from './problem';
import { compilePattern, type TagMatcher } from './tag-pattern';

/** What an ImageRepository leaves out where it says nothing: signatures of cosign. */
export const DEFAULT_EXCLUSIONS: readonly string[] = ['^.*\\.sig$'];

/** Compiles an ImageRepository's `exclusionList`: whether a tag stays. */
export function exclusionList(patterns: readonly string[] = DEFAULT_EXCLUSIONS): { keeps(tag: string): boolean } | RuleProblem {
  const matchers: TagMatcher[] = [];
  for (const regexp of patterns) {
    const matcher = compilePattern({ regexp });
    if (isProblem(matcher)) return matcher;
    matchers.push(matcher);
  }
  return { keeps: (tag) => !matchers.some((matcher) => matcher.matches(tag)) };
}
