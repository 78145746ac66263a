/**
 * Whether kyaml v0.21.1 would take the sequences of a text for indented ones, and so indent all of them when it writes it back. It goes by the
 * first lines that look like a key and an item, be they inside a literal block.
 */
export function looksIndented(text: string): boolean {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const item = /^ *(?=- )/.exec(line)?.[0].length;
    if (item === undefined) continue;
    const before = lines.slice(0, index).findLast((candidate) => !/^ *#/.test(candidate));
    const key = /^( *)[^:]*: *$/.exec((before ?? '').split('#')[0]);
    if (!key) continue;
    const indent = item - key[1].length;
    if (indent === 0 || indent === 2) return indent === 2;
  }
  return false;
}
