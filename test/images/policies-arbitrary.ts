import fc from 'fast-check';
import type { ImageRule } from '../../src/model/image-rule';

export interface PolicyCase {
  readonly rule: ImageRule;
  readonly tags: readonly string[];
}

type Text = fc.Arbitrary<string>;

/** Policies of one order with tags they mostly fit, nasty ones among them. */
export const POLICIES = {
  semver: cases(
    ranges().map((range) => ({ order: 'semver', range })),
    mostly(plainVersions(), versions(), fc.oneof(builds(), words())),
  ),
  alphabetical: cases(directed('alphabetical'), fc.oneof(words(), builds(), plainVersions())),
  numerical: cases(directed('numerical'), fc.oneof(mostly(numbers(), strangeNumbers()), builds())),
  'numerical, of numbers': cases(directed('numerical'), numbers()),
} satisfies Readonly<Record<string, fc.Arbitrary<PolicyCase>>>;

function cases(rule: fc.Arbitrary<ImageRule>, tags: Text): fc.Arbitrary<PolicyCase> {
  return fc.record({
    rule: fc.tuple(rule, filters()).map(([order, filter]) => ({ ...order, ...filter })),
    tags: fc.array(tags, { minLength: 1, maxLength: 12 }),
  });
}

function directed(order: ImageRule['order']): fc.Arbitrary<ImageRule> {
  return fc.constantFrom<ImageRule>({ order }, { order, direction: 'asc' }, { order, direction: 'desc' });
}

function filters(): fc.Arbitrary<Partial<ImageRule>> {
  const regexps = [
    ...['-(?P<ts>[0-9]+)$', '^(?P<name>[a-z]+)-(?P<sha>[0-9a-f]+)-(?P<ts>\\d+)$', '^v?(.*)$', '', '(a|b)|(c)', '^[^-]+', '(?i)^V(.+)', '[.]'],
    ...['((?!a).)', '(a', '^v?(?P<major>\\d+)\\.(\\d+)'],
  ];
  const extracts = [
    ...['', '$ts', '$1', '$2', '$0', '$name$ts', '$$1', '$', '$01', '$1x', 'a$0b', '1.$1.0', '$major.$2.0'],
    ...[`\${ts}`, `\${name}-$ts`, `\${`, `\${}`, `\${1}.0.0`],
  ];
  const none = fc.constant<Partial<ImageRule>>({});
  const glob = fc.constantFrom('dev-*', '*', '*-1*', 'v*', '1.*').map((glob) => ({ filter: { glob } }));
  const regexp = fc
    .tuple(fc.constantFrom(...regexps), fc.constantFrom(...extracts))
    .map(([regexp, extract]) => ({ filter: { regexp }, ...(extract && { extract }) }));
  return fc.oneof({ arbitrary: none, weight: 4 }, { arbitrary: glob, weight: 1 }, { arbitrary: regexp, weight: 3 });
}

function ranges(): Text {
  const operator = fc.constantFrom('', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^', '>= ', '~ ');
  const bound = mostly(
    fc.oneof(
      plainVersions(),
      fc.nat({ max: 2 }).map(String),
      fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })).map((parts) => parts.join('.')),
      fc.constantFrom('0', '0.1', '1', '1.2'),
      fc.constantFrom('1.x', '0.*', '1.2.x', '*', 'X'),
    ),
    versions(),
  );
  const comparator = fc.tuple(operator, bound).map((parts) => parts.join(''));
  const and = fc.tuple(fc.array(comparator, { minLength: 1, maxLength: 2 }), fc.constantFrom(' ', ',', ', ')).map(([all, word]) => all.join(word));
  return fc.oneof(
    fc.constantFrom('*', '*-0', '>=0.0.0-0', '1.x', '~1', '^0', '>1', '', 'latest'),
    fc.array(and, { minLength: 1, maxLength: 2 }).map((groups) => groups.join(' || ')),
    fc.tuple(plainVersions(), plainVersions()).map((ends) => ends.join(' - ')),
  );
}

function plainVersions(): Text {
  return fc
    .tuple(fc.constantFrom('', '', 'v'), fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })), maybe(prereleases()))
    .map(([v, numbers, prerelease]) => `${v}${numbers.join('.')}${prerelease}`);
}

function versions(): Text {
  const large = ['9007199254740993', '9007199254740992', '18446744073709551615', '18446744073709551616'];
  const number = fc.oneof(fc.nat({ max: 12 }).map(String), fc.constantFrom('00', '01', '1.0', '-1', 'x', '*', '', ...large));
  return fc
    .tuple(
      fc.constantFrom('', '', '', 'v', 'vv', 'V'),
      fc.array(number, { minLength: 1, maxLength: 4 }),
      maybe(prereleases('01', '')),
      maybe(fc.constantFrom('+b1', '+01', '+a.b', '+')),
    )
    .map(([v, numbers, prerelease, build]) => `${v}${numbers.join('.')}${prerelease}${build}`);
}

function prereleases(...strange: string[]): Text {
  const part = fc.oneof(
    fc.constantFrom('alpha', 'rc', 'RC', '0', '-', '1a', '20240105123456789', '20240105123456790', ...strange),
    fc.nat({ max: 12 }).map(String),
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `-${parts.join('.')}`);
}

function builds(): Text {
  return fc
    .tuple(fc.constantFrom('dev', 'main', 'tmp-dev'), fc.stringMatching(/^[0-9a-f]{1,4}$/), fc.nat({ max: 20 }))
    .map((parts) => parts.join('-'));
}

/** Without `nan`, which to Flux is a number like any other, larger and smaller than all. */
function words(): Text {
  return fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/).filter((text) => !/nan/i.test(text));
}

function numbers(): Text {
  return fc.oneof(
    fc.nat({ max: 30 }).map(String),
    fc.double({ noNaN: true }).map(String),
    fc.stringMatching(/^[+-]?[0-9]{1,3}(\.[0-9]{0,2})?([eE][+-]?[0-9]{1,2})?$/),
    fc.stringMatching(/^[+-]?0[xX][0-9a-f]{1,4}(\.[0-9a-f]{0,2})?[pP][+-]?[0-9]{1,2}$/),
    fc.constantFrom('inf', '-Inf', 'INFINITY', '1e-400', '0x1p-1080', '0x0p9999', '1_0', '0x_1p0', '007', '9007199254740993', '9007199254740992'),
  );
}

function strangeNumbers(): Text {
  return fc.oneof(
    fc.stringMatching(/^[+-]?[0-9_]{0,4}\.?[0-9_]{0,4}([eEpP][+-]?[0-9_]{0,4})?$/),
    fc.stringMatching(/^[+-]?0[xXoObB][0-9a-fA-F_]{0,5}\.?[0-9a-fA-F_]{0,3}([pPeE][+-]?[0-9]{1,5})?$/),
    fc.constantFrom('infi', '1e400', '-1e400', '0x', '_1', '1__0', '0x1', 'latest'),
  );
}

/** The first of these three times out of four. */
function mostly(usual: Text, ...others: Text[]): Text {
  return fc.oneof({ arbitrary: usual, weight: 3 * others.length }, ...others.map((arbitrary) => ({ arbitrary, weight: 1 })));
}

function maybe(text: Text): Text {
  return fc.oneof(fc.constant(''), fc.constant(''), text);
}
