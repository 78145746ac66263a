/**
 * Prints JSON as YAML, the same bytes for the same value. Every file of synth goes through here.
 *
 * The text is what the reader and writer of kyaml v0.21.1 would leave alone, since Flux's image automation prints a file anew when it edits
 * one scalar of it: block style, sequences not indented, long lines never folded, escapes as in Go's emitter. Strings that any YAML 1.1 or 1.2
 * reader could take for something else are quoted.
 */
export type Printable = null | boolean | number | string | Marked | readonly Printable[] | { readonly [key: string]: Printable };

/** A scalar that a machine may edit in place: always double-quoted, so that its type never depends on its text. */
export class Marked {
  constructor(
    readonly text: string,
    /** Comment after the scalar, without `#`. */
    readonly comment: string,
  ) {}
}

export function printYaml(value: Printable): string {
  const lines: string[] = [];
  printBlock(value, '', '', lines);
  return `${lines.join('\n')}\n`;
}

/** `lead` is what stands before the value on its first line, such as `key: ` or `- `, with its indentation. */
function printBlock(value: Printable, lead: string, indent: string, lines: string[]): void {
  if (value instanceof Marked) {
    lines.push(`${lead}${quote(value.text)} # ${value.comment}`);
  } else if (Array.isArray(value) && value.length > 0) {
    printItems(value, lead, indent, lines);
  } else if (isMap(value) && Object.keys(value).length > 0) {
    printEntries(value, lead, indent, lines);
  } else if (typeof value === 'string' && isLiteral(value)) {
    printLiteral(value, lead, indent, lines);
  } else {
    lines.push(lead + flat(value));
  }
}

function printItems(items: readonly Printable[], lead: string, indent: string, lines: string[]): void {
  let first = lead;
  for (const item of items) {
    printBlock(item, `${first}- `, `${indent}  `, lines);
    first = indent;
  }
}

function printEntries(map: { readonly [key: string]: Printable }, lead: string, indent: string, lines: string[]): void {
  let first = lead;
  for (const [key, value] of Object.entries(map)) {
    if (isSimpleKey(key)) {
      printValue(value, `${first}${scalar(key)}:`, indent, lines);
    } else {
      lines.push(`${first}? ${scalar(key)}`);
      printBlock(value, `${indent}: `, `${indent}  `, lines);
    }
    first = indent;
  }
}

/** Collections begin on the line after their key, and sequences are not indented there. */
function printValue(value: Printable, lead: string, indent: string, lines: string[]): void {
  if (isCollection(value)) {
    const inner = Array.isArray(value) ? indent : `${indent}  `;
    lines.push(lead);
    printBlock(value, inner, inner, lines);
  } else {
    printBlock(value, `${lead} `, `${indent}  `, lines);
  }
}

// What Go's emitter takes for one.
function isSimpleKey(key: string): boolean {
  return Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key);
}

function printLiteral(text: string, lead: string, indent: string, lines: string[]): void {
  const ends = text.endsWith('\n');
  lines.push(`${lead}${ends ? '|' : '|-'}`);
  for (const line of (ends ? text.slice(0, -1) : text).split('\n')) lines.push(line === '' ? '' : indent + line);
}

function flat(value: Printable): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return scalar(value);
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}';
  return JSON.stringify(value);
}

const PLAIN = /^[\w./$(+-](?:[\w./@%+=;()$!*&<>^|~"'\\,{}[\]?-]|:(?=[^\s])| (?=[^\s#]))*$/;
const WORD = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const NUMBER = /^[-+]?(?:0[xob][\da-f_]+|[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|\d[\d_]*(?::\d+)+(?:\.[\d_]*)?|\.inf|\.nan)$/i;
const DATE = /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/;
const INDICATOR = /^(?:-(?:\s|$)|---|\.\.\.)/;
const ASCII = /^[\x20-\x7e]*$/;

function scalar(text: string): string {
  if (PLAIN.test(text) && !WORD.test(text) && !NUMBER.test(text) && !DATE.test(text) && !INDICATOR.test(text)) return text;
  if (/["\\]/.test(text) && ASCII.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return quote(text);
}

/** Many lines, which a literal block gives back exactly under every reader. */
function isLiteral(text: string): boolean {
  return text.includes('\n') && /^[^\s]/.test(text) && !/[ \t](?:\n|$)|\n\n$/.test(text) && !UNPRINTABLE.test(text);
}

// What Go's emitter escapes. A tab may stand in a literal block.
const UNPRINTABLE = /[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const ESCAPED = /["\\]|[^\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;
const ESCAPES: { readonly [character: string]: string } = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function quote(text: string): string {
  return `"${wellFormed(text).replace(ESCAPED, escapeOf)}"`;
}

function escapeOf(character: string): string {
  const known = ESCAPES[character];
  if (known) return known;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function isMap(value: Printable): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Marked);
}

function isCollection(value: Printable): boolean {
  return Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
}

// Half a surrogate pair has no UTF-8; it becomes the replacement character, as Go would read it.
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
