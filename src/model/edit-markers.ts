import { type MarkedObject, markedScalars } from './marked-scalars';
import { type MarkerPart, markedValue } from './marker';
import { isPlainString } from './plain-string';
import type { VersionRef } from './version-ref';
import { quote, singleQuote } from './yaml-quote';

export { type MarkedObject, MarkerSyntaxError } from './marked-scalars';

/** One scalar that got another value. */
export interface MarkerChange {
  /** `<namespace>:<name>`. */
  readonly policy: string;
  /** @default the whole reference */
  readonly part?: MarkerPart;
  readonly old: string;
  readonly new: string;
  /** From 1. */
  readonly line: number;
  readonly object: MarkedObject;
}

/**
 * Sets marked scalars of a file to what their policies chose, and changes no other character. For a file that kyaml would not reformat it is what
 * Flux's image automation writes; `:digest` of a reference without digest becomes empty there too. Markers of other policies are left alone.
 * @param refs by `<namespace>:<name>` of the policy
 * @throws MarkerSyntaxError
 */
export function editMarkers(text: string, refs: ReadonlyMap<string, VersionRef>): { text: string; changes: MarkerChange[] } {
  const changes: MarkerChange[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (const { marker, value: old, source, offset, line, inFlow, object } of markedScalars(text)) {
    const ref = refs.get(marker.policy);
    const value = ref && markedValue(marker, ref);
    if (value === undefined || value === old) continue;
    pieces.push(text.slice(from, offset), inStyleOf(source, value, inFlow));
    from = offset + source.length;
    changes.push({ ...marker, old, new: value, line, object });
  }
  return { text: pieces.join('') + text.slice(from), changes };
}

/**
 * Policies that markers of a file name, each once.
 * @throws MarkerSyntaxError
 */
export function policiesIn(text: string): string[] {
  return [...new Set(markedScalars(text).map(({ marker }) => marker.policy))];
}

/** A value with the quotes of the one before it, or with such as Go's emitter gives it where it needs some. */
function inStyleOf(source: string, value: string, inFlow: boolean): string {
  if (source.startsWith("'")) return singleQuote(value);
  if (source.startsWith('"') || !isPlainString(value)) return quote(value);
  return inFlow && value.includes(':') ? singleQuote(value) : value;
}
