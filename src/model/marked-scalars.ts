import { CST, type Document, isMap, isPair, isSeq, type Node, type Pair, visit } from 'yaml';
import { MARKER_WORD, type Marker, parseMarker } from './marker';
import { readYaml, YamlInvalid, type YamlText } from './yaml-documents';

/** The object of a document, as far as it says. */
export interface MarkedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A scalar with a marker, and where it stands in the text. */
export interface MarkedScalar {
  readonly marker: Marker;
  readonly value: string;
  /** As written, quotes included. */
  readonly source: string;
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** Whether it is in `{}` or `[]`. */
  readonly inFlow: boolean;
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

type Ancestors = readonly (Document | Node | Pair)[];

/**
 * Marked scalars in the order of the text. A marker stands after its scalar, or alone on the lines above an item of a list, as Flux reads them. Block
 * scalars, aliases and keys have none.
 * @throws MarkerSyntaxError
 */
export function markedScalars(text: string): MarkedScalar[] {
  if (!text.includes(MARKER_WORD)) return [];
  const { documents, lineOf } = read(text);
  const found: MarkedScalar[] = [];
  for (const document of documents) {
    visit(document, {
      Scalar(key, scalar, ancestors) {
        const token = scalar.srcToken;
        if (key === 'key' || !CST.isScalar(token) || token.type === 'block-scalar') return;
        const { offset, source } = token;
        const after = markerAfter(text, offset + source.length);
        const marker = after === undefined ? markerAbove(key, ancestors) : after;
        if (!marker) return;
        const inFlow = ancestors.some((ancestor) => (isMap(ancestor) || isSeq(ancestor)) && ancestor.flow === true);
        found.push({
          marker,
          value: scalar.source ?? String(scalar.value),
          source,
          offset,
          line: lineOf(offset),
          inFlow,
          object: objectOf(ancestors),
        });
      },
    });
  }
  return found;
}

function read(text: string): YamlText {
  try {
    return readYaml(text, { keepSourceTokens: true, uniqueKeys: false });
  } catch (error) {
    throw error instanceof YamlInvalid ? new MarkerSyntaxError(error.line, error.message) : error;
  }
}

const COMMENT_AFTER = /(?:[ \t]*,)?[ \t]+#([^\r\n]*)/y;

/** Undefined where there is no comment; null where it is no marker. */
function markerAfter(text: string, end: number): Marker | null | undefined {
  COMMENT_AFTER.lastIndex = end;
  const comment = COMMENT_AFTER.exec(text);
  return comment ? (parseMarker(comment[1]) ?? null) : undefined;
}

/** The marker that is the only comment between a scalar and what comes before it on lines of their own. */
function markerAbove(key: unknown, ancestors: Ancestors): Marker | undefined {
  const parent = ancestors.at(-1)!;
  const tokens =
    isSeq(parent) && typeof key === 'number' ? tokensOfItem(parent.srcToken, key, ancestors) : isPair(parent) ? tokensOfValue(parent) : [];
  const comments = tokens.filter(({ type }) => type === 'comment');
  return comments.length === 1 ? parseMarker(comments[0].source.slice(1)) : undefined;
}

/** Of an item that is not the first, comments before an empty line belong to the one before it. */
function tokensOfItem(sequence: unknown, index: number, ancestors: Ancestors): CST.SourceToken[] {
  const { type, items } = sequence as CST.BlockSequence | CST.FlowCollection;
  if (type !== 'block-seq') return [];
  const { start } = items[index];
  const above = ancestors.at(-2);
  if (index === 0) return isPair(above) ? [...tokensOfValue(above), ...start] : start;
  return start.slice(start.findLastIndex(({ type }, at) => type === 'newline' && start[at - 1]?.type !== 'comment') + 1);
}

/** What stands between the line of a key and its value. */
function tokensOfValue({ srcToken }: Pair): CST.SourceToken[] {
  const sep = srcToken?.sep ?? [];
  const line = sep.findIndex(({ type }) => type === 'newline');
  return line < 0 || sep.slice(0, line).some(({ type }) => type === 'comment') ? [] : sep.slice(line + 1);
}

/** Of a `List`, its item is the object. */
function objectOf(ancestors: Ancestors): MarkedObject {
  const [, root, list, , item] = ancestors;
  const isList = isMap(root) && root.get('kind') === 'List' && isPair(list) && String(list.key) === 'items';
  const object = isList ? item : root;
  const at = (name: string, ...path: string[]) => {
    const value = isMap(object) ? object.getIn(path) : undefined;
    return typeof value === 'string' ? { [name]: value } : {};
  };
  return { ...at('apiVersion', 'apiVersion'), ...at('kind', 'kind'), ...at('namespace', 'metadata', 'namespace'), ...at('name', 'metadata', 'name') };
}
