import { join } from 'node:path';
import fc from 'fast-check';
import { choose } from '../../src/images/choose';
import { fluxFieldsOf } from '../../src/images/flux-policy';
import { isProblem } from '../../src/images/problem';
import type { ImageRule } from '../../src/model/image-rule';
import { useGoProgram } from '../support/go-program';

interface Answer {
  /** Several where Flux leaves it to chance. */
  readonly tags?: readonly string[];
  readonly invalid?: string;
  readonly error?: string;
}
interface Case {
  readonly rule: ImageRule;
  readonly tags: readonly string[];
}

const ask = useGoProgram<readonly unknown[], readonly Answer[]>(join(__dirname, 'flux-policies'));
const askFlux = (cases: readonly Case[]) => ask(cases.map(({ rule, tags }) => ({ ...fluxFieldsOf(rule), tags })));

const number = fc.oneof(
  fc.nat({ max: 12 }).map(String),
  fc.constantFrom('00', '01', '1.0', '-1', '9007199254740993', '9007199254740992', '18446744073709551615', '18446744073709551616', 'x', '*', ''),
);
const prerelease = fc
  .array(
    fc.oneof(fc.constantFrom('alpha', 'rc', 'RC', '0', '01', '-', '1a', '20240105123456789', '20240105123456790'), fc.nat({ max: 12 }).map(String)),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) => `-${parts.join('.')}`);
const metadata = fc.constantFrom('+b1', '+01', '+a.b', '+');
const version = fc
  .tuple(fc.constantFrom('', '', '', 'v', 'vv', 'V'), fc.array(number, { minLength: 1, maxLength: 4 }), maybe(prerelease), maybe(metadata))
  .map(([v, numbers, pre, build]) => `${v}${numbers.join('.')}${pre}${build}`);
const plainVersion = fc
  .tuple(fc.constantFrom('', 'v'), fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })), maybe(prerelease))
  .map(([v, numbers, pre]) => `${v}${numbers.join('.')}${pre}`);
// To Flux NaN is a number like any other, larger and smaller than all.
const word = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/).filter((text) => !/nan/i.test(text));
const float = fc.oneof(
  fc.double({ noNaN: true }).map(String),
  fc.stringMatching(/^[+-]?[0-9_]{0,4}\.?[0-9_]{0,4}([eEpP][+-]?[0-9_]{0,4})?$/),
  fc.stringMatching(/^[+-]?0[xXoObB][0-9a-fA-F_]{0,5}\.?[0-9a-fA-F_]{0,3}([pPeE][+-]?[0-9]{1,5})?$/),
  fc.constantFrom('inf', '-Inf', 'INFINITY', 'infi', '1e400', '-1e400', '1e-400', '0x1p-1080', '0x0p9999', '0x', '1_0', '_1', '1__0', '0x_1p0'),
);
const build = fc
  .tuple(fc.constantFrom('dev', 'main', 'tmp-dev'), fc.stringMatching(/^[0-9a-f]{1,4}$/), fc.nat({ max: 20 }))
  .map((parts) => parts.join('-'));
const tag = fc.oneof(version, plainVersion, word, build);

const comparator = fc
  .tuple(
    fc.constantFrom('', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^'),
    fc.constantFrom('', '', ' '),
    fc.oneof(plainVersion, version),
  )
  .map((parts) => parts.join(''));
const range = fc.oneof(
  fc.constantFrom('*', '*-0', '>=0.0.0-0', '1.x', '~1', '^0', '>1', '', 'latest'),
  fc
    .array(fc.array(comparator, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .chain((groups) => fc.constantFrom(' ', ',', ', ').map((and) => groups.map((group) => group.join(and)).join(' || '))),
  fc.tuple(plainVersion, plainVersion).map((ends) => ends.join(' - ')),
);
const filter = fc.oneof(
  fc.constantFrom<Partial<ImageRule>>({}, {}, {}),
  fc.constantFrom('dev-*', '*', '*-1*', 'v*', '1.*').map((glob): Partial<ImageRule> => ({ filter: { glob } })),
  fc
    .tuple(
      fc.constantFrom(
        '-(?P<ts>[0-9]+)$',
        '^(?P<name>[a-z]+)-(?P<sha>[0-9a-f]+)-(?P<ts>\\d+)$',
        '^v?(.*)$',
        '',
        '(a|b)|(c)',
        '^[^-]+',
        '(?i)^V(.+)',
        '[.]',
        '((?!a).)',
      ),
      fc.constantFrom(
        '',
        '$ts',
        `\${ts}`,
        '$1',
        '$2',
        '$name$ts',
        `\${name}-$ts`,
        '$$1',
        '$',
        `\${`,
        `\${}`,
        '$01',
        '$1x',
        'a$0b',
        `\${1}.0.0`,
        '1.$1.0',
      ),
    )
    .map(([regexp, extract]): Partial<ImageRule> => ({ filter: { regexp }, ...(extract && { extract }) })),
);
const cases = (rule: fc.Arbitrary<ImageRule>, tags: fc.Arbitrary<string>): fc.Arbitrary<Case> =>
  fc.record({
    rule: fc.tuple(rule, filter).map(([order, filter]) => ({ ...order, ...filter })),
    tags: fc.array(tags, { minLength: 1, maxLength: 12 }),
  });
const directed = (order: ImageRule['order']) => fc.constantFrom<ImageRule>({ order }, { order, direction: 'asc' }, { order, direction: 'desc' });

test.each<[string, fc.Arbitrary<Case>]>([
  [
    'semver',
    cases(
      range.map((range): ImageRule => ({ order: 'semver', range })),
      tag,
    ),
  ],
  ['alphabetical', cases(directed('alphabetical'), tag)],
  ['numerical', cases(directed('numerical'), fc.oneof(float, tag))],
  ['numerical, of numbers', cases(directed('numerical'), fc.oneof(float, build))],
])('%s chooses what Flux chooses', (_, arbitrary) => {
  const all = fc.sample(arbitrary, 4000);
  const stopped: Case[] = [];
  for (const [index, answer] of askFlux(all).entries()) {
    const ours = choose(all[index].rule, all[index].tags, nothingKnown);
    const about = JSON.stringify({ ...all[index], answer, ours });
    if (isProblem(ours)) expect([about, answer.invalid]).toEqual([about, expect.any(String)]);
    else if (answer.error?.includes('invalid numeric value')) stopped.push(all[index]);
    else if (answer.error) expect([about, ours.tag]).toEqual([about, undefined]);
    else
      expect([about, answer.tags, ours.skipped.filter(({ reason }) => reason === 'no number')]).toEqual([
        about,
        expect.arrayContaining([ours.tag]),
        [],
      ]);
  }

  // Flux gives up on the first tag that is no number. Without those it agrees.
  const numbers = stopped.map(({ rule, tags }) => ({ rule, tags: tags.filter((tag) => chosen(rule, [tag]) === tag) }));
  for (const [index, answer] of askFlux(numbers).entries()) {
    const ours = chosen(stopped[index].rule, stopped[index].tags);
    const about = JSON.stringify({ ...stopped[index], answer, ours });
    expect([about, answer.tags ?? [undefined]]).toEqual([about, expect.arrayContaining([ours])]);
    expect([about, numbers[index].tags.length]).not.toEqual([about, stopped[index].tags.length]);
  }
});

const nothingKnown = () => undefined;

function chosen(rule: ImageRule, tags: readonly string[]): string | undefined {
  const choice = choose(rule, tags, nothingKnown);
  return isProblem(choice) ? undefined : choice.tag;
}

function maybe(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(''), fc.constant(''), text);
}
