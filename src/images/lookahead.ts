import type { TagPattern } from '../model/image-rule';
import type { Instead } from './problem';

const EVERYWHERE = /^\^\((?:\?:)?\(\?!(.*)$/;
const AT_THE_START = /^\^\(\?!(.*)$/;

/**
 * What says the same as a pattern with a negative lookahead, which RE2 has not. Knows the shapes people use for "all but":
 * `^((?!tmp).)*$`, `^(?!.*tmp).*$`, `^(?!tmp).*$`.
 * @param isRegexp whether RE2 takes a pattern
 */
export function withoutLookahead(source: string, isRegexp: (source: string) => boolean): Instead | undefined {
  const everywhere = EVERYWHERE.exec(source);
  const start = AT_THE_START.exec(source);
  const refused = groupAt(everywhere?.[1] ?? start?.[1] ?? '');
  if (!refused) return undefined;
  const exclude = refused.alternatives.flatMap((alternative) => exclusions(everywhere ? `.*${alternative}` : alternative));
  if (!exclude.every(({ regexp }) => regexp === undefined || isRegexp(regexp))) return undefined;
  if (everywhere) return /^\.\)[*+]\$$/.test(refused.rest) ? { exclude } : undefined;
  if (/^(?:\.[*+]\$?)?$/.test(refused.rest)) return { exclude };
  const filter = `^${refused.rest}`;
  return isRegexp(filter) ? { filter: { regexp: filter }, exclude } : undefined;
}

/** The alternatives of the group that text begins in, and what comes after it. Undefined where it has no end. */
function groupAt(text: string): { alternatives: string[]; rest: string } | undefined {
  const alternatives: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]/g)) {
    if (token === '(') depth++;
    if (depth === 0 && (token === '|' || token === ')')) {
      alternatives.push(text.slice(from, index));
      from = index + 1;
      if (token === ')') return { alternatives, rest: text.slice(from) };
    }
    if (token === ')') depth--;
  }
  return undefined;
}

/** What excludes the tags that a pattern, held to their start, matches. */
function exclusions(pattern: string): TagPattern[] {
  const [, before, body, after] = /^(\^?\.\*\??|\^)?(.*?)((?:\.\*\??)?\$?)$/.exec(pattern)!;
  const starts = before === undefined || before === '^';
  const ends = after === '$';
  const texts = (/^\((?:\?:)?([^()]*)\)$/.exec(body)?.[1] ?? body).split('|').map(plainText);
  if (texts.every((text) => text !== undefined)) return texts.map((text) => ({ glob: `${starts ? '' : '*'}${text}${ends ? '' : '*'}` }));
  return [{ regexp: `${starts ? '^' : ''}${body}${ends ? '$' : ''}` }];
}

/** The text a pattern stands for, where it has no operators. */
function plainText(pattern: string): string | undefined {
  return /^(?:[\w:/@-]|\\[^\w])+$/.test(pattern) ? pattern.replace(/\\(.)/g, '$1') : undefined;
}
