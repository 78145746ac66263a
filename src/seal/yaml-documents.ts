import { type Document, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';

export type YamlDocument = Document.Parsed;

/** What is wrong with a YAML text, in words that quote nothing of it. */
export class YamlInvalid extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** More than any manifest has. A text of a few kB can nest so deep that reading it exhausts the stack. */
const MAX_DEPTH = 200;
const NESTED_BLOCKS = new RegExp(`(?:[-?][ \\t\\n]+){${MAX_DEPTH}}`);

/**
 * Documents of a text that are not empty.
 * @throws YamlInvalid
 */
export function yamlDocuments(text: string, lines: LineCounter = new LineCounter()): YamlDocument[] {
  if (isTooDeep(text)) throw new YamlInvalid(1, 'it is nested too deep');
  const documents = parseAllDocuments(text, { prettyErrors: false, lineCounter: lines }) as YamlDocument[];
  const fail = (offset: number, reason: string) => {
    // What the end of the text is missing belongs to its last line.
    throw new YamlInvalid(lines.linePos(Math.min(offset, text.trimEnd().length)).line, reason);
  };
  for (const document of documents) {
    const [error] = document.errors;
    // Its message may quote what stands there.
    if (error) fail(error.pos[0], `it is no YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`);
    visit(document, {
      Pair(_, { key }) {
        if (!isScalar(key)) fail((isNode(key) && key.range?.[0]) || document.range[0], 'a key is no text');
      },
    });
  }
  return documents.filter(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null));
}

/** @throws YamlInvalid */
export function contentOf(document: YamlDocument): unknown {
  try {
    return document.toJS();
  } catch {
    throw new YamlInvalid(1, 'its aliases cannot be resolved');
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return NESTED_BLOCKS.test(text);
}
