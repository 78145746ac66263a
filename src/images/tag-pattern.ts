import { RE2JS, RE2JSException } from 're2js';
import type { TagPattern } from '../model/image-rule';
import { extractTemplate } from './extract-template';
import { matchesGlob } from './glob';
import { withoutLookahead } from './lookahead';
import type { RuleProblem } from './problem';

export interface TagMatcher {
  matches(tag: string): boolean;
  /**
   * What a template gives for the first match in a tag, undefined where there is none. Of a glob there are no groups, so a template stands
   * for itself.
   */
  extract(template: string): (tag: string) => string | undefined;
}

/** Compiles a pattern. Regular expressions are RE2's, so no tag and no pattern can make them slow. */
export function compilePattern(pattern: TagPattern): TagMatcher | RuleProblem {
  const { glob, regexp } = pattern;
  if ((glob === undefined) === (regexp === undefined)) return { problem: 'a tag pattern is either a glob or a regexp' };
  return glob === undefined ? compileRegexp(regexp!) : globMatcher(glob);
}

function globMatcher(glob: string): TagMatcher {
  const matches = (tag: string) => matchesGlob(glob, tag);
  return { matches, extract: (template) => (tag) => (matches(tag) ? template : undefined) };
}

function compileRegexp(source: string): TagMatcher | RuleProblem {
  let regexp: RE2JS;
  try {
    regexp = RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    const instead = withoutLookahead(source, (text) => 'matches' in compileRegexp(text));
    return { problem: `'${source}' is no regular expression of RE2: ${reason}`, ...(instead && { instead }) };
  }
  const names: Readonly<Record<string, number>> = regexp.namedGroups();
  const count = regexp.groupCount();
  return {
    matches: (tag) => regexp.test(tag),
    extract: (template) => {
      const expand = extractTemplate(template);
      return (tag) => {
        if (!regexp.test(tag)) return undefined;
        const match = regexp.matcher(tag);
        match.find();
        const number = (index: number) => (index <= count ? (match.group(index) ?? undefined) : undefined);
        return expand({ number, name: (name) => (name in names ? number(names[name]) : undefined) });
      };
    },
  };
}

/** `contains tmp`, for messages. */
export function describePattern({ glob, regexp }: TagPattern): string {
  if (glob === undefined) return `matches ${regexp}`;
  const parts = glob.split('*');
  if (parts.length === 1) return `is ${glob}`;
  if (parts.length === 2 && parts[0] === '') return `ends with ${parts[1]}`;
  if (parts.length === 2 && parts[1] === '') return `begins with ${parts[0]}`;
  if (parts.length === 3 && parts[0] === '' && parts[2] === '') return `contains ${parts[1]}`;
  return `matches ${glob}`;
}
