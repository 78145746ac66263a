import type { Report, ShownChange } from '../report';
import { countChanges, describeChange, headingOf, nameAt } from './describe-change';
import { gatherLines, TITLES } from './gather-lines';
import { repeatsOf } from './repeats';

/** A line nobody sees, by which CI finds its comment to write it anew. */
export const MARKER = '<!-- fairlead diff -->';

/** What GitHub takes in a comment, in characters; GitLab takes 1 000 000. */
const GITHUB_CHARACTERS = 65_536;

/** Room for the lines that say what was left out. */
const RESERVE = 300;
const MOST_SUMMARY = 0.5;
const MOST_OBJECT_LINES = 400;
/** In characters. One line must not keep all others out. */
const LONGEST_LINE = 2000;

/** A report as a comment on a pull request, no longer than a forge takes: what does not fit is counted, and no fence is left open. */
export function printMarkdown(report: Report, options: { readonly summary?: boolean; readonly maxSize?: number } = {}): string {
  const { summary = false, maxSize = GITHUB_CHARACTERS } = options;
  const room = maxSize - RESERVE;
  const head = fitting(summaryLines(report), summary ? room : room * MOST_SUMMARY);
  const parts = [...head.lines];
  if (head.left > 0) parts.push('', `_${head.left} more lines of this summary do not fit here._`);
  if (!summary) parts.push(...details(report, room - parts.join('\n').length));
  return `${parts.join('\n')}\n`;
}

function summaryLines({ before, after, reach, findings, changes, words }: Report): string[] {
  const lines = [MARKER, `### ${literal(before)} → ${literal(after)}`, ''];
  lines.push(changes.length === 0 ? 'No object differs.' : `Objects: ${countChanges(changes, words)}.`);
  const rows = [
    ...(reach?.now ?? []).map((cluster) => ['now', cluster] as const),
    ...(reach?.later ?? []).map((cluster) => ['later', cluster] as const),
  ];
  if (rows.length > 0) {
    lines.push('', '| cluster | when | branch | layers | objects |', '| --- | --- | --- | --- | ---: |');
    for (const [when, { cluster, branch = '', layers, objects }] of rows)
      lines.push(`| ${literal(cluster)} | ${when} | ${literal(branch)} | ${literal(layers.join(', '))} | ${objects} |`);
    if (reach !== undefined && reach.unchanged.length > 0) lines.push('', `Not at all: ${literal(reach.unchanged.join(', '))}.`);
  }
  for (const { topic, lines: found } of gatherLines(findings)) {
    lines.push('', `**${TITLES[topic]}**`, '');
    for (const { level, text, places } of found)
      lines.push(`- ${level === 'danger' ? '🔴 ' : level === 'warning' ? '🟡 ' : ''}${literal(text)} (${literal(places)})`);
  }
  return lines;
}

/** Lines as far as they fit. */
function fitting(lines: readonly string[], room: number): { readonly lines: readonly string[]; readonly left: number } {
  let size = 0;
  const end = lines.findIndex((line) => {
    size += line.length + 1;
    return size > room;
  });
  return end < 0 ? { lines, left: 0 } : { lines: lines.slice(0, end), left: lines.length - end };
}

/** Diffs by place, folded. */
function details({ changes, words }: Report, room: number): string[] {
  const lines: string[] = [];
  const repeats = repeatsOf(changes);
  let left = room;
  let shown = 0;
  let isFull = false;
  for (const group of byHeading(changes)) {
    if (isFull) break;
    const open = ['', `<details><summary>${html(headingOf(group[0].place))}: ${countChanges(group, words)}</summary>`, ''];
    const close = ['</details>'];
    const frame = sizeOf([...open, ...close]);
    const bodies: string[] = [];
    for (const change of group) {
      const body = printChange(change, repeats.get(change), words, left - frame - sizeOf(bodies));
      isFull = body === undefined;
      if (body === undefined) break;
      bodies.push(...body);
      shown++;
    }
    if (bodies.length === 0) break;
    lines.push(...open, ...bodies, ...close);
    left -= frame + sizeOf(bodies);
  }
  const hidden = changes.length - shown;
  return hidden === 0 ? lines : [...lines, '', `_${hidden} more changed objects do not fit here: \`fairlead diff\` shows them._`];
}

/** An object's diff in a fence, cut where it is long. Undefined where not even its beginning fits. */
function printChange(change: ShownChange, original: ShownChange | undefined, words: Report['words'], room: number): string[] | undefined {
  if (original !== undefined) {
    const line = `${literal(describeChange(change, words))}, as ${literal(nameAt(original))} is`;
    return sizeOf([line, '']) > room ? undefined : [line, ''];
  }
  const all = change.hunks.flatMap(({ header, lines }) => [header, ...lines.map(shortened)]);
  const title = `**${literal(describeChange(change, words))}**`;
  if (all.length === 0) return sizeOf([title, '']) > room ? undefined : [title, ''];
  const fence = '`'.repeat(Math.max(3, ...all.map((line) => (/`+/.exec(line)?.[0].length ?? 0) + 1)));
  const left = room - sizeOf([title, '', `${fence}diff`, fence, '']) - 60;
  const kept = fitting(all.slice(0, MOST_OBJECT_LINES), left).lines;
  if (kept.length === 0 || (kept.length < all.length && kept.length < 10)) return undefined;
  const cut = all.length - kept.length;
  return [title, '', `${fence}diff`, ...kept, fence, ...(cut > 0 ? [`_${cut} more lines_`] : []), ''];
}

function shortened(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (${line.length - LONGEST_LINE} more characters)`;
}

function byHeading(changes: readonly ShownChange[]): ShownChange[][] {
  const groups = new Map<string, ShownChange[]>();
  for (const change of changes) groups.set(headingOf(change.place), [...(groups.get(headingOf(change.place)) ?? []), change]);
  return [...groups.values()];
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((size, line) => size + line.length + 1, 0);
}

/** Text as text: what Markdown and HTML would take for theirs is escaped, and nobody and nothing is mentioned. */
function literal(text: string): string {
  return unlinked(text.replace(/[\\`*_[\]<>|#&]|~(?! )/g, '\\$&'));
}

/** The same where Markdown is not read. */
function html(text: string): string {
  return unlinked(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}

/** Forges look for people and issues in what is rendered, so escapes do not keep them from it. */
function unlinked(text: string): string {
  return text.replace(/@|[#!](?=\d)/g, '$&\u200b');
}
