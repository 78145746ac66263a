import fc from 'fast-check';
import { diffLines } from '../../../../src/cli/diff/text/diff-lines';
import { objectDiff } from '../../../../src/cli/diff/text/object-diff';
import { printLines } from '../../../../src/cli/diff/text/print-lines';
import type { KubeObject } from '../../../../src/model/object';
import { configMap } from '../preview';

const nothing = { mask: (text: string) => text };
const show = (before?: KubeObject, after?: KubeObject) => objectDiff({ before, after }, nothing).flatMap(({ header, lines }) => [header, ...lines]);

test('lines that differ stand among three that do not', () => {
  const data = (c: string) => ({ a: '1', b: '2', c, d: '4', e: '5', f: '6', g: '7' });
  expect(show(configMap('x', data('3')), configMap('x', data('three')))).toEqual([
    '@@ -6,7 +6,7 @@',
    ' data:',
    '   a: "1"',
    '   b: "2"',
    '-  c: "3"',
    '+  c: three',
    '   d: "4"',
    '   e: "5"',
    '   f: "6"',
  ]);
});

test('an object that comes or goes is shown whole', () => {
  expect(show(undefined, configMap('x', { a: '1' }))).toEqual([
    '@@ -0,0 +1,7 @@',
    '+apiVersion: v1',
    '+kind: ConfigMap',
    '+metadata:',
    '+  name: x',
    '+  namespace: dev',
    '+data:',
    '+  a: "1"',
  ]);
});

test('keys have one order, names first', () => {
  expect(printLines({ spec: { b: 1, name: 'web', a: [] }, kind: 'K', apiVersion: 'v1' })).toEqual([
    'apiVersion: v1',
    'kind: K',
    'spec:',
    '  name: web',
    '  a: []',
    '  b: 1',
  ]);
});

test('line ends that change are seen', () => {
  const lines = show(configMap('x', { a: 'one\ntwo\n' }), configMap('x', { a: 'one\r\ntwo\r\n' }));
  expect(lines.slice(-4)).toEqual(['-    one', '-    two', '+    one␍', '+    two␍']);
});

test('a text with line ends of Windows is compared line by line', () => {
  const lines = show(configMap('x', { a: 'one\r\ntwo\r\n' }), configMap('x', { a: 'one\r\n2\r\n' }));
  expect(lines.filter((line) => /^[+-]/.test(line))).toEqual(['-    two␍', '+    2␍']);
});

test('blanks at the end of lines are seen', () => {
  const lines = show(configMap('x', { a: 'one\ntwo\n' }), configMap('x', { a: 'one  \ntwo\n' }));
  expect(lines.filter((line) => /^[+-]/.test(line))).toEqual(['-    one', '+    one··']);
});

test('nothing commands the terminal', () => {
  expect(show(undefined, configMap('x', { a: 'one\n\u001b[2Jtwo\n', b: '\u001b[2J' })).join('\n')).not.toContain('\u001b');
});

test('huge texts that have nothing in common are replaced as a whole, at once', () => {
  const text = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`);
  const [hunk, ...others] = diffLines(['same', ...text('a'), 'end'], ['same', ...text('b'), 'end']);
  expect(others).toEqual([]);
  expect([hunk.lines.length, hunk.lines[0], hunk.lines.at(-1)]).toEqual([40_002, ' same', ' end']);
});

const json = fc.dictionary(
  fc.constantFrom('a', 'b', 'c d'),
  fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.array(fc.string()), fc.constant('x\ny\n'), fc.constant('1')),
);

test('equal texts are of equal JSON', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      fc.pre(JSON.stringify(Object.entries(one).sort()) !== JSON.stringify(Object.entries(other).sort()));
      expect(printLines(one)).not.toEqual(printLines(other));
    }),
  );
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 20 });

test('the hunks of a diff make one text of the other', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const hunks = diffLines(before, after, Number.POSITIVE_INFINITY);
      const body = hunks.flatMap((hunk) => hunk.lines);
      if (JSON.stringify(before) === JSON.stringify(after)) expect(hunks).toEqual([]);
      else {
        expect(body.filter((line) => !line.startsWith('+')).map((line) => line.slice(1))).toEqual(before);
        expect(body.filter((line) => !line.startsWith('-')).map((line) => line.slice(1))).toEqual(after);
      }
    }),
  );
});
