import { Composer, type Document, type DocumentOptions, Lexer, LineCounter, type ParseOptions, Parser, type SchemaOptions } from 'yaml';

export type YamlDocument = Document.Parsed;

/** What is wrong with a YAML text. Its message may quote what stands there, its reason never does. */
export class YamlInvalid extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    readonly reason: string,
    message: string = reason,
  ) {
    super(message);
  }
}

/** A YAML text that was read, empty documents included. */
export interface YamlText {
  readonly documents: readonly YamlDocument[];
  /** From 1. What the end of the text is missing belongs to its last line. */
  lineOf(offset: number): number;
}

/** More than any manifest has. A text of a few kB can nest so deep that reading it exhausts the stack. */
const MAX_DEPTH = 200;

/**
 * Reads a text that anybody may have written, in time that grows as the text does: `parseAllDocuments` recurses as deep as a text nests, and reads on
 * after an error, the slower the more there are.
 * @throws YamlInvalid
 */
export function readYaml(text: string, options: Omit<ParseOptions & DocumentOptions & SchemaOptions, 'lineCounter' | 'prettyErrors'> = {}): YamlText {
  const lines = new LineCounter();
  const end = text.trimEnd().length;
  const lineOf = (offset: number) => lines.linePos(Math.min(offset, end)).line;
  const documents = parse(text, new Composer(options), lines);
  for (const { errors } of documents) {
    const [error] = errors;
    if (error) throw new YamlInvalid(lineOf(error.pos[0]), `it is no YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`, error.message);
  }
  return { documents, lineOf };
}

/** Up to the first error of syntax. */
function parse(text: string, composer: Composer, lines: LineCounter): YamlDocument[] {
  const parser = new Parser(lines.addNewLine);
  const documents: YamlDocument[] = [];
  let isBroken = false;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      isBroken ||= token.type === 'error';
      documents.push(...composer.next(token));
    }
    if (isBroken) break;
    if (parser.stack.length > MAX_DEPTH) throw new YamlInvalid(lines.linePos(parser.offset).line, 'it is nested too deep');
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents;
}
