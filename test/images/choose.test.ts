import fc from 'fast-check';
import { type Choice, choose } from '../../src/images/choose';
import { isProblem } from '../../src/images/problem';
import type { TagFacts } from '../../src/images/tag-facts';
import type { ImageRule } from '../../src/model/image-rule';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const choice = (rule: ImageRule, tags: readonly string[], facts: Readonly<Record<string, TagFacts>> = {}): Choice => {
  const found = choose(rule, tags, (tag) => facts[tag]);
  if (isProblem(found)) throw new Error(found.problem);
  return found;
};
const newest: ImageRule = { order: 'newest' };

test.each<[string, ImageRule, string, string | undefined]>([
  ['the highest version', { order: 'semver', range: '~0.4' }, '0.3.0 0.4.2 0.4.10 0.5.0 latest', '0.4.10'],
  ['a version as it is written', { order: 'semver', range: '*' }, 'v1.0.0 v1.2.0 1.1.0', 'v1.2.0'],
  ['no prerelease where the range names none', { order: 'semver', range: '>=1.0.0' }, '1.0.0 1.1.0-rc.1', '1.0.0'],
  ['no incomplete version', { order: 'semver', range: '*' }, '1.2 20240105 latest', undefined],
  ['the last in the alphabet', { order: 'alphabetical' }, 'a c b', 'c'],
  ['the first in the alphabet', { order: 'alphabetical', direction: 'desc' }, 'b a c', 'a'],
  ['small letters after capitals', { order: 'alphabetical' }, 'a B', 'a'],
  ['the greatest number', { order: 'numerical' }, '9 10 1e2 latest', '1e2'],
  ['the smallest number', { order: 'numerical', direction: 'desc' }, '9 10 -1 latest', '-1'],
  [
    'the tag with the greatest extract',
    { order: 'numerical', filter: { regexp: '^dev-[0-9a-f]+-(?P<ts>[0-9]+)$' }, extract: '$ts' },
    'dev-ffff-9 dev-0a-10 dev-b-x stg-1-11',
    'dev-0a-10',
  ],
  ['the longest of those with one extract', { order: 'alphabetical', filter: { regexp: '^(.)' }, extract: '$1' }, 'b1 a b22 b21', 'b21'],
  ['nothing of what is excluded', { order: 'alphabetical', exclude: [{ glob: '*tmp*' }, { regexp: '^d' }] }, 'a c-tmp b d', 'b'],
  ['nothing where none matches', { order: 'alphabetical', filter: { glob: 'v*' } }, 'a b', undefined],
])('takes %s', (_, rule, tags, expected) => expect(choice(rule, tags.split(' ')).tag).toBe(expected));

test('takes the image that was built last, whatever its name', () => {
  const facts = { z: known('1', 1), a: known('2', 3), m: known('3', 2) };
  expect(choice(newest, ['z', 'a', 'm'], facts).tag).toBe('a');
});

test('chooses nothing by creation time before every tag was looked at', () => {
  const found = choice({ ...newest, filter: { glob: 'dev-*' } }, ['dev-1', 'dev-2', 'dev-3', 'other'], { 'dev-2': known('1', 1) });
  expect([found.tag, found.needed]).toEqual([undefined, ['dev-1', 'dev-3']]);
  expect(found.why).toBe('2 of 4 tags must be looked at first');
});

test('other orders need to know nothing', () => expect(choice({ order: 'alphabetical' }, ['a']).needed).toEqual([]));

test('images without creation time are left out, with the reason', () => {
  const found = choice(newest, ['a', 'b'], { a: known('1', 1), b: { digest: 'sha256:2', moved: false } });
  expect([found.tag, found.matching, found.skipped]).toEqual(['a', 1, [{ reason: 'without creation time', count: 1, first: ['b'] }]]);
});

test.each([
  ['of two tags of an image, the one that names the build', { master: known('2', 2, true), '3f2': known('2', 2), '9ac': known('1', 1) }, '3f2'],
  ['the longer where neither moved', { master: known('1', 1), '3f2a9c1': known('1', 1) }, '3f2a9c1'],
  ['the first in the alphabet where they are as long', { '3f2': known('1', 1), '1ab': known('1', 1) }, '1ab'],
  ['one that stayed before a longer one that moved', { 'master-latest': known('1', 1, true), '3f': known('1', 1) }, '3f'],
  ['a moved one where its image is the newest', { master: known('2', 2, true), '3f2': known('1', 1) }, 'master'],
  [
    'by the time of the image, learnt from whichever tag',
    { master: { ...known('1', 5), moved: true }, '3f2': { digest: 'sha256:1', moved: false } },
    '3f2',
  ],
])('of equal ones takes %s', (_, facts: Record<string, TagFacts>, expected) => expect(choice(newest, Object.keys(facts), facts).tag).toBe(expected));

test('master does not win for ever: each build is taken as it is pushed with master', () => {
  const facts: Record<string, TagFacts> = {};
  for (const [minute, sha] of ['3f2a9c1', '0b7', 'ffeeddccbbaa'].entries()) {
    facts[sha] = known(`${minute}`, minute);
    facts.master = known(`${minute}`, minute, minute > 0);
    expect(choice(newest, Object.keys(facts), facts).tag).toBe(sha);
  }
});

test('versions that differ in build metadata alone tie, and so do equal numbers', () => {
  expect(choice({ order: 'semver', range: '*' }, ['1.0.0', 'v1.0.0']).tag).toBe('v1.0.0');
  expect(choice({ order: 'semver', range: '*' }, ['1.0.0', 'v1.0.0'], { 'v1.0.0': known('1', 1, true) }).tag).toBe('1.0.0');
  expect(choice({ order: 'numerical' }, ['10', '1e1', '10.0']).tag).toBe('10.0');
});

test('the order in which a registry gives its tags does not show', () => {
  const tags = fc.uniqueArray(
    fc.oneof(fc.constantFrom('1.0.0', 'v1.0.0', '1.0', '01', '1', '2', 'master', 'main', 'tmp'), fc.stringMatching(/^[a-c]{1,2}$/)),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  const rules = fc.constantFrom<ImageRule>(
    newest,
    { order: 'semver', range: '*' },
    { order: 'numerical' },
    { order: 'alphabetical', filter: { regexp: '^(.)' }, extract: '$1' },
    { ...newest, exclude: [{ glob: 'm*' }] },
  );
  const facts = fc.record({ digest: fc.constantFrom('1', '2', '3'), created: fc.constantFrom(at(1), at(2), undefined), moved: fc.boolean() });
  const shuffled = tags.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.array(facts, { minLength: 8, maxLength: 8 })),
  );
  fc.assert(
    fc.property(rules, shuffled, (rule, [all, other, learnt]) => {
      const known = Object.fromEntries(all.map((tag, index) => [tag, learnt[index] as TagFacts]));
      expect(choice(rule, other, known)).toEqual(choice(rule, all, known));
    }),
  );
});

test.each<[ImageRule, readonly string[], string]>([
  [{ order: 'semver', range: '1.x' }, ['1.0.0', '1.1.0', '2.0.0'], "1.1.0 is the highest version in '1.x', of 2 among 3 tags"],
  [{ order: 'alphabetical' }, ['a', 'b'], 'b is the last in the alphabet, of 2 among 2 tags'],
  [
    { order: 'numerical', filter: { regexp: '^(.*)$' }, extract: '$1' },
    ['1', '2', 'x'],
    "2 is the greatest number by '$1', of 2 among 3 tags; left out: 1 no number (x)",
  ],
  [{ order: 'numerical' }, ['1', '1.0'], '1.0 is the greatest number, of 2 among 2 tags, before 1 which ties with it'],
  [
    { order: 'alphabetical', exclude: [{ glob: '*tmp*' }] },
    ['a', 'tmp1', 'tmp4', 'tmp3', 'tmp2'],
    'a is the last in the alphabet, of 1 among 5 tags; left out: 4 excluded: contains tmp (tmp1, tmp2, tmp3, ...)',
  ],
  [{ order: 'semver', range: '1.x' }, ['a', '2.0.0'], "none of 2 tags is a version in '1.x'; left out: 1 no semantic version (a)"],
  [{ order: 'semver', range: '1.x' }, [], 'there are no tags'],
])('%j among %j: %s', (rule, tags, why) => expect(choice(rule, tags).why).toBe(why));

test.each<[Partial<ImageRule>, string]>([
  [{ order: 'oldest' as 'newest' }, "'oldest' is no order of tags: newest, semver, alphabetical or numerical"],
  [{ order: 'semver' }, 'semver needs a range'],
  [{ order: 'semver', range: 'latest' }, "'latest' is no range of versions"],
  [{ order: 'alphabetical', direction: 'up' as 'asc' }, "'up' is no direction: asc or desc"],
  [{ order: 'alphabetical', filter: { regexp: 'a(' } }, "'a(' is no regular expression of RE2: missing closing ): `a(`"],
  [{ order: 'alphabetical', filter: {} }, 'a tag pattern is either a glob or a regexp'],
  [{ order: 'alphabetical', exclude: [{ glob: 'a', regexp: 'a' }] }, 'a tag pattern is either a glob or a regexp'],
  [{ order: 'alphabetical', filter: { glob: 'a*' }, extract: '$1' }, "extract '$1' needs a regexp with groups as filter"],
])('%j is refused', (rule, problem) => expect(choose(rule as ImageRule, ['a'], () => undefined)).toEqual({ problem }));

function known(image: string, minute: number, moved = false): TagFacts {
  return { digest: `sha256:${image}`, created: at(minute), moved };
}
