/** What stands for `__KEY__` in a template. */
export type Blanks = Readonly<Record<string, string>>;

const BLANK = /__([A-Z0-9_]+?)__/g;

/** A template's text with its blanks filled in. A line with a blank that is empty is left out; what is no blank of ours stays. */
export function fill(text: string, blanks: Blanks): string {
  return text
    .split('\n')
    .filter((line) => ![...line.matchAll(BLANK)].some(([, key]) => blanks[key] === ''))
    .map((line) => line.replace(BLANK, (whole, key: string) => blanks[key] ?? whole))
    .join('\n');
}
