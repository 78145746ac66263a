/** Lines of a template that a file does not have yet, comments aside, go to its end: in .gitignore the last pattern counts. */
export function mergeLines(existing: string, wanted: string): { readonly text: string; readonly added: readonly string[] } {
  const had = new Set(existing.split(/\r?\n/).map((line) => line.trim()));
  const added = wanted.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !had.has(line));
  if (added.length === 0) return { text: existing, added };
  const newline = existing.includes('\r\n') ? '\r\n' : '\n';
  const start = existing === '' || existing.endsWith('\n') ? existing : existing + newline;
  return { text: start + added.map((line) => line + newline).join(''), added };
}
