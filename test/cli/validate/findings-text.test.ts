import { findingsText } from '../../../src/cli/validate/findings-text';
import type { Finding } from '../../../src/validate/finding';

const plain = (_: unknown, text: string) => text;
const text = (findings: readonly Finding[]) => findingsText({ findings, files: 9, objects: 9 }, plain, (file) => file);
const finding = (name: string, more: Partial<Finding> = {}): Finding => ({
  ...{ rule: 'unknown-kind', severity: 'warning', message: 'no schema is known of a/v1/A', remedy: 'commit it' },
  ...{ file: `${name}.yaml`, document: 1, line: 1, field: [], object: `A/${name}` },
  ...more,
});
const five = (more: (name: string) => Partial<Finding> = () => ({})) => ['a', 'b', 'c', 'd', 'e'].map((name) => finding(name, more(name)));

test('what is said of many is said once, with the first of them, and hides nothing else', () => {
  expect(text([...five(), finding('z', { severity: 'error', rule: 'schema', message: 'is wrong', field: ['spec'] })])).toBe(
    [
      ...['5 times', '  warning no schema is known of a/v1/A [unknown-kind]', '      commit it'],
      ...['      A/a a.yaml:1', '      A/b b.yaml:1', '      A/c c.yaml:1', '      and 2 more: -o json has them all', ''],
      ...['z.yaml', '  1: error A/z spec is wrong [schema]', '      commit it', '', '9 objects in 9 files: 1 error, 5 warnings', ''],
    ].join('\n'),
  );
});

test('errors keep all of their places', () => {
  expect(text(five(() => ({ severity: 'error' })))).toContain('      A/e e.yaml:1\n\n');
});

test('charts that are not to be had are told together, whatever each is called', () => {
  const found = text(five((name) => ({ rule: 'release-elsewhere', message: `FL1206 chart ${name} is not in the cache`, remedy: `reach ${name}` })));
  expect(found).toContain('5 times\n  warning FL1206 the chart is not to be had here, so what it makes is not validated [release-elsewhere]');
  expect(found).toContain('run it where the chart can be fetched');
});

test('what is said of few stands by its file', () => {
  expect(text(five().slice(0, 3))).not.toContain('times');
});
