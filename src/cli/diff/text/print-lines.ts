import { scalar } from '../../../synth/yaml-scalar';

/** Keys that people look for first, in this order; all others follow by name. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];
const RANKS: ReadonlyMap<string, number> = new Map(FIRST.map((key, rank) => [key, rank]));

/**
 * JSON as lines of YAML for people to compare: keys in one order, and texts of several lines always line by line, with what cannot be seen in them
 * made visible (`␍` for a carriage return, `·` for blanks at the end of a line).
 */
export function printLines(value: unknown): string[] {
  const lines: string[] = [];
  print(value, '', '', lines);
  return lines;
}

/** `lead` is what stands before the value on its first line, with its indentation. */
function print(value: unknown, lead: string, indent: string, lines: string[]): void {
  if (Array.isArray(value) && value.length > 0) {
    let first = lead;
    for (const item of value) {
      print(item, `${first}- `, `${indent}  `, lines);
      first = indent;
    }
  } else if (isFilled(value)) {
    let first = lead;
    for (const [key, item] of entriesOf(value)) {
      const name = `${first}${scalar(key)}:`;
      if (isFilled(item)) {
        lines.push(name);
        const inner = Array.isArray(item) ? indent : `${indent}  `;
        print(item, inner, inner, lines);
      } else print(item, `${name} `, `${indent}  `, lines);
      first = indent;
    }
  } else if (typeof value === 'string' && value.includes('\n')) {
    const ends = value.endsWith('\n');
    lines.push(`${lead}${ends ? '|' : '|-'}`);
    for (const line of (ends ? value.slice(0, -1) : value).split('\n')) lines.push(line === '' ? '' : indent + visible(line));
  } else lines.push(lead + flat(value));
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function entriesOf(map: object): [string, unknown][] {
  return Object.entries(map)
    .filter(([, item]) => item !== undefined)
    .sort(byKey);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  const [first, second] = [RANKS.get(a) ?? FIRST.length, RANKS.get(b) ?? FIRST.length];
  return first - second || (a < b ? -1 : 1);
}

function flat(value: unknown): string {
  if (typeof value === 'string') return scalar(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return JSON.stringify(value) ?? 'null';
}

/** A line in which nothing is hidden, and nothing commands the terminal. */
export function visible(line: string): string {
  return line
    .replace(/\r$/, '␍')
    .replace(/[ \t]+(?=␍?$)/, (blanks) => '·'.repeat(blanks.length))
    .replace(/[^\P{C}\t]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
