import { describeFinding } from '../../validate/describe-finding';
import type { Finding } from '../../validate/finding';
import type { Report } from '../../validate/validate-tree';
import type { Paint } from '../print/colour';
import { oneLine } from '../print/one-line';

/**
 * What validation found, for people: by file, each with its remedy.
 * @param shownPath path of a file as people are told it
 */
export function findingsText({ findings, files, objects }: Report, paint: Paint, shownPath: (file: string) => string): string {
  const blocks = [...groupBy(findings, ({ file }) => file)].map(([file, inFile]) => {
    const lines = inFile.map((finding) => {
      const { line, severity, rule, remedy } = finding;
      const mark = severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
      const place = line === undefined ? '' : `${line}: `;
      return `  ${place}${mark} ${oneLine(describeFinding(finding))} ${paint('dim', `[${rule}]`)}${remedy === '' ? '' : `\n      ${paint('dim', remedy)}`}`;
    });
    return `${paint('bold', shownPath(file))}\n${lines.join('\n')}\n\n`;
  });
  return `${blocks.join('')}${summary(findings, files, objects)}\n`;
}

function summary(findings: readonly Finding[], files: number, objects: number): string {
  const looked = `${counted(objects, 'object')} in ${counted(files, 'file')}`;
  if (findings.length === 0) return `${looked}: nothing found`;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${looked}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
