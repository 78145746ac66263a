import type { Paint, Style } from '../../print/colour';
import type { ReachedCluster } from '../reach';
import type { Report } from '../report';
import type { Level } from '../types';
import { countChanges, describeChange, headingOf, nameAt } from './describe-change';
import { gatherLines, TITLES } from './gather-lines';
import { repeatsOf } from './repeats';

const STYLES: { readonly [level in Level]: Style | undefined } = { danger: 'red', warning: 'yellow', note: undefined };

/** A report for a terminal or a pipe: what it means, then every object's diff. */
export function printText(report: Report, paint: Paint, options: { readonly summary?: boolean } = {}): string {
  const parts = [printSummary(report, paint)];
  if (!options.summary) parts.push(...printChanges(report, paint));
  return `${parts.join('\n')}\n`;
}

function printSummary(report: Report, paint: Paint): string {
  const { before, after, reach, findings, changes } = report;
  const lines = [paint('bold', `${before} → ${after}`)];
  lines.push(changes.length === 0 ? 'no object differs' : `objects: ${countChanges(changes, report.words)}`);
  for (const cluster of reach?.now ?? []) lines.push(`now: ${describeCluster(cluster)}`);
  for (const cluster of reach?.later ?? []) lines.push(paint('dim', `later: ${describeCluster(cluster)}`));
  if (reach !== undefined && reach.unchanged.length > 0 && changes.length > 0) lines.push(paint('dim', `not at all: ${reach.unchanged.join(', ')}`));
  for (const { topic, lines: found } of gatherLines(findings)) {
    lines.push('', paint('bold', TITLES[topic]));
    for (const { level, text, places } of found) {
      const style = STYLES[level];
      const line = `${level === 'danger' ? '!' : ' '} ${text}`;
      lines.push(`${style === undefined ? line : paint(style, line)}  ${paint('dim', `(${places})`)}`);
    }
  }
  return lines.join('\n');
}

function describeCluster({ cluster, branch, layers }: ReachedCluster): string {
  return `${cluster} (${layers.join(', ')})${branch === undefined ? '' : `, which follows ${branch}`}`;
}

function printChanges({ changes, words }: Report, paint: Paint): string[] {
  const lines: string[] = [];
  const repeats = repeatsOf(changes);
  let heading = '';
  for (const change of changes) {
    const next = headingOf(change.place);
    if (next !== heading) lines.push('', paint('bold', next));
    heading = next;
    const original = repeats.get(change);
    if (original !== undefined) {
      lines.push(`${paint('bold', describeChange(change, words))}, as ${nameAt(original)} is`);
      continue;
    }
    lines.push(paint('bold', describeChange(change, words)));
    for (const { header, lines: body } of change.hunks) lines.push(paint('cyan', header), ...body.map((line) => paintLine(line, paint)));
  }
  return lines;
}

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
