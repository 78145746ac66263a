/** Groups of a match: by number, whole match first, and by name. Undefined for those that took no part. */
export interface Groups {
  number(index: number): string | undefined;
  name(name: string): string | undefined;
}

const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/**
 * Reads a template of Go's `Regexp.Expand`: `$name` and `${name}` stand for a group, as long a name as can be, `$$` for `$`.
 * Unknown groups and those that took no part are empty; any other `$` stands for itself.
 * @see https://pkg.go.dev/regexp#Regexp.Expand
 */
export function extractTemplate(template: string): (groups: Groups) => string {
  const parts: (string | ((groups: Groups) => string))[] = [];
  let from = 0;
  for (const match of template.matchAll(REFERENCE)) {
    parts.push(template.slice(from, match.index));
    parts.push(match[1] ?? group(match[2] ?? match[3]));
    from = match.index + match[0].length;
  }
  parts.push(template.slice(from));
  return (groups) => parts.map((part) => (typeof part === 'string' ? part : part(groups))).join('');
}

function group(name: string): (groups: Groups) => string {
  const index = /^(?:0|[1-9]\d{0,7})$/.test(name) ? Number(name) : undefined;
  return index === undefined ? (groups) => groups.name(name) ?? '' : (groups) => groups.number(index) ?? '';
}
