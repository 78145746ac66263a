import { describeFinding } from '../../validate/describe-finding';
import type { Finding } from '../../validate/finding';
import { ruleOf } from '../../validate/rule-table';
import { fieldText } from '../../validate/schema/field';
import type { Report } from '../../validate/validate-tree';
import type { Paint } from '../print/colour';
import { oneLine } from '../print/one-line';
import { type Repeated, repeatsIn } from './repeats';

/** Places of a warning that is told of many. */
const MOST_PLACES = 3;

/**
 * What validation found, for people: what is said of many objects once, then by file, each with its remedy.
 * @param shownPath path of a file as people are told it
 */
export function findingsText({ findings, files, objects }: Report, paint: Paint, shownPath: (file: string) => string): string {
  const { repeated, single } = repeatsIn(findings);
  const blocks = [...groupBy(single, ({ file }) => file)].map(([file, inFile]) => {
    const lines = inFile.map((finding) => {
      const place = finding.line === undefined ? '' : `${finding.line}: `;
      return headed(finding, oneLine(describeFinding(finding)), paint, place);
    });
    return `${paint('bold', shownPath(file))}\n${lines.join('\n')}\n\n`;
  });
  return `${repeated.map((one) => repeatedText(one, paint, shownPath)).join('')}${blocks.join('')}${summary(findings, files, objects)}\n`;
}

function headed({ severity, rule, remedy }: Finding, text: string, paint: Paint, place: string): string {
  const mark = severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
  return `  ${place}${mark} ${text} ${paint('dim', `[${rule}]`)}${remedy === '' ? '' : `\n      ${paint('dim', remedy)}`}`;
}

/** Errors with all of their places, warnings with the first. */
function repeatedText({ findings, message }: Repeated, paint: Paint, shownPath: (file: string) => string): string {
  const [first] = findings;
  const field = first.field.length === 0 ? '' : `${fieldText(first.field)} `;
  const shown = first.severity === 'error' ? findings : findings.slice(0, MOST_PLACES);
  const places = shown.map(({ object = '', file, line }) => `      ${oneLine(object)} ${shownPath(file)}${line === undefined ? '' : `:${line}`}`);
  const more = findings.length - shown.length;
  const rest = more === 0 ? [] : [`      ${paint('dim', `and ${more} more: -o json has them all`)}`];
  const remedy = findings.every((one) => one.remedy === first.remedy) ? first.remedy : (ruleOf(first.rule)?.remedy ?? '');
  return `${paint('bold', `${findings.length} times`)}\n${[headed({ ...first, remedy }, oneLine(field + message), paint, ''), ...places, ...rest].join('\n')}\n\n`;
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
