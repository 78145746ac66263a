/**
 * Whether a tag matches a glob, by the rules of ryanuber/go-glob, which Flux v1 used: `*` stands for any characters, also for none;
 * everything else stands for itself.
 * @see https://github.com/ryanuber/go-glob
 */
export function matchesGlob(glob: string, tag: string): boolean {
  const [first, ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return tag === glob;
  if (!tag.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = tag.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return tag.length - from >= last.length && tag.endsWith(last);
}

/** The RE2 pattern that matches the same tags. */
export function globToRegexp(glob: string): string {
  return `^${glob.split('*').map(quoteMeta).join('.*')}$`;
}

/** Text as a pattern that matches it alone, as Go's `regexp.QuoteMeta` gives it; JavaScript reads it the same way. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
