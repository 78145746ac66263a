import { choose } from '../../src/images/choose';
import { isProblem } from '../../src/images/problem';
import type { ImageRule } from '../../src/model/image-rule';

const nothingKnown = () => undefined;
const chosen = (rule: ImageRule, tags: string) => {
  const choice = choose(rule, tags.split(' '), nothingKnown);
  return isProblem(choice) ? choice.problem : choice.tag;
};

test.each<[string, ImageRule, string, string | undefined]>([
  ['the highest version', { order: 'semver', range: '~0.4' }, '0.3.0 0.4.2 0.4.10 0.5.0 latest', '0.4.10'],
  ['a version with v, as written', { order: 'semver', range: '*' }, 'v1.0.0 v1.2.0 1.1.0', 'v1.2.0'],
  ['no incomplete version', { order: 'semver', range: '*' }, '1.2 20240105 latest', undefined],
  ['the last in the alphabet', { order: 'alphabetical' }, 'a c b', 'c'],
  ['the first in the alphabet', { order: 'alphabetical', direction: 'desc' }, 'b a c', 'a'],
  ['the greatest number', { order: 'numerical' }, '9 10 1e2 latest', '1e2'],
  [
    'the tag with the greatest extract',
    { order: 'numerical', filter: { regexp: '^dev-[0-9a-f]+-(?P<ts>[0-9]+)$' }, extract: '$ts' },
    'dev-ffff-9 dev-0a-10 dev-b-x stg-1-11',
    'dev-0a-10',
  ],
  ['what no exclusion has', { order: 'alphabetical', exclude: [{ glob: '*tmp*' }] }, 'a c-tmp b', 'b'],
])('%s', (_, rule, tags, expected) => expect(chosen(rule, tags)).toBe(expected));
