import { errors, type FairleadError } from '../common/errors';
import { VersionRange } from '../common/version-range';
import { compileRule } from '../images/compiled-rule';
import { type Instead, isProblem } from '../images/problem';
import { compilePattern } from '../images/tag-pattern';
import type { TagPattern } from '../model/image-rule';
import type { ImageSelection } from './image-selection';

/** What keeps a selection from choosing anything. */
export function selectionProblems(selection: ImageSelection): FairleadError[] {
  const rule = selection._rule;
  if (!rule) return [];
  const problems: FairleadError[] = [];
  if (rule.range !== undefined && !VersionRange.parse(rule.range)) problems.push(errors.ImageRangeInvalid({ range: rule.range }));
  for (const pattern of [...(rule.filter ? [rule.filter] : []), ...(rule.exclude ?? [])]) {
    const compiled = compilePattern(pattern);
    if (isProblem(compiled)) problems.push(patternProblem(compiled.problem, compiled.instead));
  }
  for (const exclusion of selection._tags?._exclusions ?? []) {
    if (exclusion._isCompound) problems.push(patternProblem('an exclusion is one pattern', undefined));
  }
  if (problems.length > 0) return problems;
  const compiled = compileRule(rule);
  return isProblem(compiled) ? [patternProblem(compiled.problem, compiled.instead)] : [];
}

function patternProblem(problem: string, instead: Instead | undefined): FairleadError {
  return errors.TagPatternInvalid({ problem, remedy: instead ? `write ${inTypeScript(instead)}` : 'correct the pattern; RE2 has no lookaround' });
}

/** As people write it in a program. */
function inTypeScript({ filter, exclude }: Instead): string {
  return `${filter ? filterText(filter) : 'TagFilter.all()'}.excluding(${exclude.map(filterText).join(', ')})`;
}

function filterText({ glob, regexp }: TagPattern): string {
  const contained = glob === undefined ? undefined : /^\*([^*]+)\*$/.exec(glob);
  if (contained) return `TagFilter.contains('${contained[1]}')`;
  return glob === undefined ? `TagFilter.regexp('${regexp}')` : `TagFilter.glob('${glob}')`;
}
