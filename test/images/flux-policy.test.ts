import { choose } from '../../src/images/choose';
import { type FluxFields, type FluxRule, fluxCanSay, fluxFieldsOf, ruleOf } from '../../src/images/flux-policy';
import { isProblem } from '../../src/images/problem';
import type { ImageRule } from '../../src/model/image-rule';

test.each<[ImageRule, FluxFields]>([
  [{ order: 'semver', range: '~0.4' }, { policy: { semver: { range: '~0.4' } } }],
  [{ order: 'alphabetical' }, { policy: { alphabetical: { order: 'asc' } } }],
  [
    { order: 'alphabetical', filter: { glob: 'v1.*' } },
    { policy: { alphabetical: { order: 'asc' } }, filterTags: { pattern: '^v1\\..*$' } },
  ],
  [
    { order: 'numerical', direction: 'desc', filter: { regexp: '-(?P<ts>\\d+)$' }, extract: '$ts' },
    { policy: { numerical: { order: 'desc' } }, filterTags: { pattern: '-(?P<ts>\\d+)$', extract: '$ts' } },
  ],
])('%j is said in the fields of Flux', (rule, fields) => expect(fluxFieldsOf(rule)).toEqual(fields));

test.each<ImageRule>([
  { order: 'newest' },
  { order: 'newest', filter: { glob: 'dev-*' } },
  { order: 'semver', range: '*', exclude: [{ glob: '*tmp*' }] },
])('for %j, which Flux cannot say, its fields match no tag and the annotation has the rule', (rule) => {
  const { annotation, ...fields } = fluxFieldsOf(rule);
  expect(fluxCanSay(rule)).toBe(false);
  const seen = ruleOf(fields) as ImageRule;
  expect(choose(seen, ['1.0.0', 'dev-1', 'latest', '-'], () => undefined)).toMatchObject({ matching: 0 });
  expect(ruleOf(fields, { 'fairlead.dev/image-rule': annotation! })).toEqual(rule);
});

test.each<ImageRule>([
  { order: 'semver', range: '1.x', filter: { regexp: '^v(.*)$' }, extract: '$1' },
  { order: 'numerical', direction: 'desc' },
])('%j reads back from the fields of Flux', (rule) => expect(ruleOf(fluxFieldsOf(rule))).toEqual(rule));

test('a glob reads back as the pattern that means the same', () => {
  expect(ruleOf(fluxFieldsOf({ order: 'alphabetical', filter: { glob: 'a*' } }))).toEqual({
    order: 'alphabetical',
    direction: 'asc',
    filter: { regexp: '^a.*$' },
  });
});

test.each<[FluxRule, ImageRule]>([
  [{ policy: { alphabetical: {} } }, { order: 'alphabetical', direction: 'asc' }],
  [{ policy: { numerical: { order: 'DESC' } } }, { order: 'numerical', direction: 'desc' }],
  [
    { policy: { semver: { range: '*' } }, filterTags: {} },
    { order: 'semver', range: '*', filter: { regexp: '' } },
  ],
])('%j means %j', (spec, rule) => expect(ruleOf(spec)).toEqual(rule));

test.each<[FluxRule, string | undefined, string]>([
  [{ policy: {} }, undefined, 'spec.policy names none of semver, alphabetical and numerical'],
  [{ policy: { numerical: { order: 'up' } } }, undefined, "spec.policy.numerical.order 'up' is neither asc nor desc"],
  [{ policy: { semver: { range: 'x y' } } }, undefined, "'x y' is no range of versions"],
  [{ policy: { alphabetical: {} }, filterTags: { pattern: '(' } }, undefined, "'(' is no regular expression of RE2"],
  [{ policy: { alphabetical: {} } }, '{"order":', 'annotation fairlead.dev/image-rule: no JSON'],
  [{ policy: { alphabetical: {} } }, 'null', 'annotation fairlead.dev/image-rule: no rule'],
  [{ policy: { alphabetical: {} } }, '{}', 'annotation fairlead.dev/image-rule: no rule'],
  [{ policy: { alphabetical: {} } }, '{"order":"newest","since":"2026"}', 'annotation fairlead.dev/image-rule: no rule'],
  [{ policy: { alphabetical: {} } }, '{"order":"newest","exclude":[{"glob":1}]}', 'annotation fairlead.dev/image-rule: no rule'],
  [{ policy: { alphabetical: {} } }, '{"order":"oldest"}', "'oldest' is no order of tags"],
])('%j with annotation %s is refused', (spec, annotation, problem) => {
  const rule = ruleOf(spec, annotation === undefined ? undefined : { 'fairlead.dev/image-rule': annotation });
  expect(isProblem(rule) ? rule.problem : rule).toContain(problem);
});
