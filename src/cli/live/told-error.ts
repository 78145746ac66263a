import type { ErrorDefinition } from '../../common/error';
import { errors } from '../../common/errors';
import { messageLines } from '../print/one-line';

/** Errors that only carry others: what to do is said by the first of those. */
const CARRIERS: ReadonlySet<string> = new Set([errors.ApplyIncomplete, errors.ReleaseFailed, errors.ReleaseObjectsRefused].map(({ code }) => code));

/** A remedy that names no particulars can be told again without them. */
const remedies: ReadonlyMap<string, string> = new Map(
  Object.values(errors as Readonly<Record<string, ErrorDefinition>>).flatMap(({ code, remedy }): [string, string][] =>
    remedy.includes('{') ? [] : [[code, remedy]],
  ),
);

/** Cause and remedy of a message as the agent writes errors: `FL1003: cannot … (check …)`. */
export function split(message: string): { readonly says: string; readonly remedy?: string } {
  const [, code, says, remedy] = /^(FL\d{4}): (.*) \(([^()]*(?:\([^()]*\)[^()]*)*)\)$/s.exec(message) ?? [];
  const told = firstLine(says ?? message);
  const carried = code === undefined || CARRIERS.has(code) ? carriedRemedy(told) : undefined;
  if (says === undefined) return { says: told, ...(carried !== undefined && { remedy: carried }) };
  return { says: `${told} (${code})`, remedy: carried ?? firstLine(remedy) };
}

/** What to do about the first error that another one carries. */
function carriedRemedy(told: string): string | undefined {
  const codes = [...told.split('; ')[0].matchAll(/\bFL\d{4}(?=: )/g)].map(([code]) => code);
  const first = codes.find((code) => !CARRIERS.has(code));
  return first === undefined ? undefined : remedies.get(first);
}

/** What fits one sentence: the first line with what is below it, and how many more there are. */
export function firstLine(text: string): string {
  const lines = messageLines(text);
  // A heading says nothing without what is below it.
  const end = lines.findIndex((line, index) => index > 0 && !line.endsWith(':'));
  const told = end < 0 ? lines : lines.slice(0, end + 1);
  const more = lines.length > told.length ? `, and ${lines.length - told.length} more` : '';
  const last = told.length - 1;
  return `${told.map((line, index) => (index === last && index > 0 ? line : line.replace(/[.:]$/, ''))).join(': ')}${more}`;
}
