import { type Document, LineCounter, parseAllDocuments, type Scalar, visit } from 'yaml';
import { MARKER_WORD, type Marker, type MarkerPart, markedValue, parseMarker } from './marker';
import type { VersionRef } from './version-ref';

/** The object of a document, as far as it says. */
export interface MarkedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

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

/** A file with markers that is no YAML. */
export class MarkerSyntaxError extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
  }
}

interface Marked {
  readonly marker: Marker;
  readonly scalar: Scalar.Parsed;
  readonly line: number;
  readonly document: Document.Parsed;
}

/**
 * Sets marked scalars of a file to what their policies chose, and changes no other character. Where Flux's image automation would write the
 * file without a change of style, the result is the same. Markers of other policies are left alone, as are block scalars.
 * @param refs by `<namespace>:<name>` of the policy
 * @throws MarkerSyntaxError
 */
export function editMarkers(text: string, refs: ReadonlyMap<string, VersionRef>): { text: string; changes: MarkerChange[] } {
  const changes: MarkerChange[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (const { marker, scalar, line, document } of markedScalars(text)) {
    const ref = refs.get(marker.policy);
    if (!ref) continue;
    const value = markedValue(marker, ref);
    const old = String(scalar.source);
    if (value === old) continue;
    const { offset, source } = scalar.srcToken as { offset: number; source: string };
    pieces.push(text.slice(from, offset), inStyleOf(source, value));
    from = offset + source.length;
    changes.push({ ...marker, old, new: value, line, object: objectOf(document) });
  }
  return { text: `${pieces.join('')}${text.slice(from)}`, changes };
}

/**
 * Policies that markers of a file name, each once.
 * @throws MarkerSyntaxError
 */
export function policiesIn(text: string): string[] {
  return [...new Set(markedScalars(text).map(({ marker }) => marker.policy))];
}

function markedScalars(text: string): Marked[] {
  if (!text.includes(MARKER_WORD)) return [];
  const lines = new LineCounter();
  const found: Marked[] = [];
  for (const document of parseAllDocuments(text, { keepSourceTokens: true, uniqueKeys: false, prettyErrors: false, lineCounter: lines })) {
    if (!('contents' in document)) continue;
    const [error] = document.errors;
    if (error) throw new MarkerSyntaxError(lines.linePos(error.pos[0]).line, error.message);
    visit(document, {
      Scalar(key, scalar) {
        const token = (scalar as Scalar.Parsed).srcToken;
        if (key === 'key' || !token || token.type === 'block-scalar' || !('source' in token)) return;
        const comment = /^[ \t]+#+(.*)/.exec(text.slice(token.offset + token.source.length, lineEnd(text, token.offset + token.source.length)));
        const marker = comment && parseMarker(comment[1]);
        if (marker) found.push({ marker, scalar: scalar as Scalar.Parsed, line: lines.linePos(token.offset).line, document });
      },
    });
  }
  return found;
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/\r?\n|$/);
  return from + end;
}

// What a reader of YAML 1.1 takes for something else than a string when it has no quotes.
const NO_STRING = /^(?:null|~|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)|[-+]?[\d._][\d._:xobXa-fA-F]*(?:[eE][-+]?\d+)?|\d{4}-\d\d?-\d\d?.*)$/i;
const PLAIN = /^[\w][\w./@+-]*(?::[\w./@+-]+)*$/;

/** A value with the quotes of another; without any only where every reader takes it for a string. */
function inStyleOf(source: string, value: string): string {
  if (source.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  if (!source.startsWith('"') && PLAIN.test(value) && !NO_STRING.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function objectOf(document: Document.Parsed): MarkedObject {
  const at = (...path: string[]): string | undefined => {
    const value = document.getIn(path);
    return typeof value === 'string' ? value : undefined;
  };
  const found = { apiVersion: at('apiVersion'), kind: at('kind'), namespace: at('metadata', 'namespace'), name: at('metadata', 'name') };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
