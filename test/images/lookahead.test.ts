import { isProblem } from '../../src/images/problem';
import { compilePattern, describePattern, type TagMatcher } from '../../src/images/tag-pattern';
import type { TagPattern } from '../../src/model/image-rule';

const contains = (text: string) => ({ exclude: [{ glob: `*${text}*` }] });

test.each([
  ['^((?!tmp).)*$', contains('tmp')],
  ['^(?:(?!tmp).)*$', contains('tmp')],
  ['^((?!tmp).)+$', contains('tmp')],
  ['^(?!.*tmp).*$', contains('tmp')],
  ['^(?!.*tmp)', contains('tmp')],
  ['^(?!.*tmp.*).+$', contains('tmp')],
  ['^((?!tmp|wip).)*$', { exclude: [{ glob: '*tmp*' }, { glob: '*wip*' }] }],
  ['^(?!.*(?:tmp|wip)).*$', { exclude: [{ glob: '*tmp*' }, { glob: '*wip*' }] }],
  ['^(?!tmp).*$', { exclude: [{ glob: 'tmp*' }] }],
  ['^(?!tmp$).*$', { exclude: [{ glob: 'tmp' }] }],
  ['^(?!.*-rc$).*$', { exclude: [{ glob: '*-rc' }] }],
  ['^(?!.*\\.sig$).*$', { exclude: [{ glob: '*.sig' }] }],
  ['^(?!.*a|b).*$', { exclude: [{ glob: '*a*' }, { glob: 'b*' }] }],
  ['^(?!v[0-9]+).*$', { exclude: [{ regexp: '^v[0-9]+' }] }],
  ['^(?!.*[)a]$).*$', { exclude: [{ regexp: '[)a]$' }] }],
  ['^(?!.*tmp)dev-[0-9]+$', { filter: { regexp: '^dev-[0-9]+$' }, exclude: [{ glob: '*tmp*' }] }],
])('%s is said without lookahead, and means the same', (regexp, expected) => {
  const compiled = compilePattern({ regexp });
  const instead = isProblem(compiled) ? compiled.instead : undefined;
  expect(instead).toEqual(expected);
  for (const tag of TAGS) {
    const taken = (!instead?.filter || matcher(instead.filter).matches(tag)) && !instead!.exclude.some((pattern) => matcher(pattern).matches(tag));
    expect([tag, taken]).toEqual([tag, new RegExp(regexp).test(tag)]);
  }
});

test.each(['^(?=.*tmp).*$', '(?<!a)b', '^((?!a).)*b$', '^(?!.*tmp', '^a(?!b)', '((?!tmp).)*$', '^((?!tmp).)*', '^(?!a(b$', 'a('])(
  'nothing is suggested for %s',
  (regexp) => {
    expect(compilePattern({ regexp })).toEqual({ problem: expect.stringContaining(`'${regexp}' is no regular expression of RE2: `) });
  },
);

test.each([
  [{ glob: '*tmp*' }, 'contains tmp'],
  [{ glob: 'tmp*' }, 'begins with tmp'],
  [{ glob: '*tmp' }, 'ends with tmp'],
  [{ glob: 'tmp' }, 'is tmp'],
  [{ glob: 'a*b' }, 'matches a*b'],
  [{ regexp: '^a' }, 'matches ^a'],
])('%j %s', (pattern, words) => expect(describePattern(pattern)).toBe(words));

const TAGS = [
  'tmp',
  'tmp-1',
  'a-tmp',
  'a-tmp-b',
  'wip',
  'v1',
  'v',
  '1.0-rc',
  '1.0-rc-1',
  'x.sig',
  'xsig',
  'a',
  'ba',
  'ab',
  'cb',
  'b',
  'dev-1',
  'dev-1-tmp',
  'c)',
  'main',
];

function matcher(pattern: TagPattern): TagMatcher {
  const compiled = compilePattern(pattern);
  if (isProblem(compiled)) throw new Error(compiled.problem);
  return compiled;
}
