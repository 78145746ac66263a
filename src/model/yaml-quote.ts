// What Go's emitter prints as it is.
const PRINTABLE = String.raw`\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd`;
const ESCAPED = new RegExp(String.raw`["\\]|[^${PRINTABLE}]`, 'gu');
const ALL = /./gsu;
const BYTE_ORDER_MARK = '\ufeff';
const UNPRINTABLE = new RegExp(String.raw`[^\t\n${PRINTABLE}]`);
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
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** A text as a double-quoted YAML scalar on one line, with the escapes of Go's emitter: what kyaml prints for it too. */
export function quote(text: string): string {
  // Of a text that begins with this mark, Go's emitter takes every character for it.
  return `"${wellFormed(text).replace(text.startsWith(BYTE_ORDER_MARK) ? ALL : ESCAPED, escapeOf)}"`;
}

/** A text without line ends as a single-quoted YAML scalar. */
export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whether a text may stand in a literal block as it is. Tabs may, which Go's emitter escapes elsewhere. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

function escapeOf(character: string): string {
  const known = ESCAPES[character];
  if (known) return known;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

// Half a surrogate pair has no UTF-8; it becomes the replacement character, as Go would read it.
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

const CHARACTERS = new Map(Object.entries(ESCAPES).map(([character, escaped]) => [escaped[1], character]));
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})|(.))/gs;

/** The text of a double-quoted scalar on one line. @param inner what stands between the quotes */
export function unquote(inner: string): string {
  return inner.replace(ESCAPE, (_, x?: string, u?: string, long?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(Number.parseInt((x ?? u ?? long)!, 16)) : (CHARACTERS.get(name) ?? name),
  );
}
