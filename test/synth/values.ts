import fc from 'fast-check';
import type { Printable } from '../../src/synth/yaml';

/** Strings that some reader or writer of YAML takes for something else. */
export const NASTY: readonly string[] = [
  ...[
    'yes',
    'no',
    'on',
    'off',
    'y',
    'n',
    'Y',
    'N',
    'true',
    'True',
    'null',
    'NULL',
    '~',
    '',
    ' ',
    '\t',
    '\n',
    '\n\n',
    '<<',
    '=',
    '-',
    '- a',
    '-a',
    '--a',
  ],
  ...['012', '0o17', '0x1f', '0b1', '1e3', '1.5', '.5', '5.', '-1', '+1', '1_000', '12:30', '22:22:22', '2001-01-01', '2001-01-01T00:00:00Z'],
  ...[
    '.inf',
    '-.INF',
    '.nan',
    'NaN',
    '1.10',
    '6.2.1',
    '10.0.0.1',
    '100m',
    '685_230.15',
    '21E3_',
    '1e_3',
    '190:20:30.15',
    '9007199254740993',
    '1e400',
  ],
  ...[
    '? a',
    ': a',
    'a: b',
    'a:',
    'a:b',
    'a #b',
    'a#b',
    '#b',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '{a}',
    '[a]',
    'a, b',
    'a{b',
    '|',
    '>',
    '---',
    '...',
    '--- a',
  ],
  ...[' a', 'a ', 'a  b', 'a\n', 'a\nb', '\na', 'a\n\n', 'a\n\nb', '  a\n b', 'a \nb', 'a\t\nb', 'a\n ', 'a\tb', '\ta', 'a\n\tb', 'a\r\nb', '\r'],
  ...['é', '日本', '😀', 'a\n😀', '\u0085', '\u00a0', '\u2028', '\u2029', '\ufeff', '\ufffe', '\0', '\x07', '\x1b', '\x7f'],
  ...['"a"', "it's", `'"`, 'a\\b', '{"$x": "y"}', 'key: |\n  a\n', '#!/bin/sh\necho hi # x\n', '{{ .Values.x }}', 'x: "1" # {"$imagepolicy": "a:b"}'],
  ...['x'.repeat(200), 'a '.repeat(100), `${'long words '.repeat(20)}\nand lines`],
];

const CHARACTERS = [...'ab:-# \n\t"\'\\{}[],&*!|>%@0123.eE_+yn~?é😀'];

export function texts(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...NASTY), fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...CHARACTERS) }));
}

export function keys(): fc.Arbitrary<string> {
  return texts().filter((key) => key !== '__proto__');
}

/** What an object may hold. */
export function objects(key: fc.Arbitrary<string> = keys()): fc.Arbitrary<{ [key: string]: Printable }> {
  const { value } = fc.letrec<{ value: Printable }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      texts(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(key, tie('value')),
    ),
  }));
  return fc.dictionary(key, value, { minKeys: 1 }).map((object) => json(object) as { [key: string]: Printable });
}

/** As JSON would carry it. */
export function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
