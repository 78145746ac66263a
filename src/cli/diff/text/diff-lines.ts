import { structuredPatch } from 'diff';

/** A run of lines of a unified diff. */
export interface Hunk {
  /** `@@ -1,4 +1,5 @@` */
  readonly header: string;
  /** Each begins with a space, `-` or `+`. */
  readonly lines: readonly string[];
}

/** Past this many, aligning lines costs seconds and nobody reads the result: what lies between the first and the last that differ is shown as replaced. */
const MAX_EDITS = 1000;

/** What of one text becomes which lines of the other. */
export function diffLines(before: readonly string[], after: readonly string[], context = 3): Hunk[] {
  if (before.length === 0 || after.length === 0) return before.length + after.length === 0 ? [] : [printHunk(replaced(before, after, context))];
  const patch = structuredPatch('', '', textOf(before), textOf(after), '', '', { context, maxEditLength: MAX_EDITS });
  return (patch?.hunks ?? [replaced(before, after, context)]).map(printHunk);
}

interface Numbered {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

function replaced(before: readonly string[], after: readonly string[], context: number): Numbered {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const first = Math.max(0, start - context);
  const lead = before.slice(first, start).map((line) => ` ${line}`);
  const tail = before.slice(before.length - end, before.length - end + context).map((line) => ` ${line}`);
  const gone = before.slice(start, before.length - end).map((line) => `-${line}`);
  const come = after.slice(start, after.length - end).map((line) => `+${line}`);
  return {
    oldStart: before.length === 0 ? 0 : first + 1,
    oldLines: lead.length + gone.length + tail.length,
    newStart: after.length === 0 ? 0 : first + 1,
    newLines: lead.length + come.length + tail.length,
    lines: [...lead, ...gone, ...come, ...tail],
  };
}

function printHunk({ oldStart, oldLines, newStart, newLines, lines }: Numbered): Hunk {
  return { header: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, lines };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
