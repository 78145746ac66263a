import type { ImageRule } from '../model/image-rule';
import { annotations as names } from '../model/labels';
import { compileRule } from './compiled-rule';
import { globToRegexp } from './glob';
import { isProblem, type RuleProblem } from './problem';
import { ruleOfJson } from './rule-json';

/** Fields of Flux's ImagePolicy that say which tag to take. */
export interface FluxRule {
  readonly policy: {
    readonly semver?: { readonly range: string };
    readonly alphabetical?: { readonly order?: string };
    readonly numerical?: { readonly order?: string };
  };
  readonly filterTags?: { readonly pattern?: string; readonly extract?: string };
}

/** What an ImagePolicy carries for a rule. */
export interface FluxFields extends FluxRule {
  /** Value of annotation `fairlead.dev/image-rule`. Absent where Flux's fields say all. */
  readonly annotation?: string;
}

/** Has no tag match, so that Flux chooses nothing rather than something wrong. */
const NO_TAG: FluxRule = { policy: { alphabetical: { order: 'asc' } }, filterTags: { pattern: '^$' } };

/** The rule of an ImagePolicy: of annotation `fairlead.dev/image-rule` where there is one, else of Flux's fields. */
export function ruleOf(spec: FluxRule, annotations: Readonly<Record<string, string>> = {}): ImageRule | RuleProblem {
  const json = annotations[names.imageRule];
  const rule = json === undefined ? ruleOfFields(spec) : ruleOfJson(json);
  if (isProblem(rule)) return json === undefined ? rule : { ...rule, problem: `annotation ${names.imageRule}: ${rule.problem}` };
  const compiled = compileRule(rule);
  return isProblem(compiled) ? compiled : rule;
}

function ruleOfFields({ policy, filterTags }: FluxRule): ImageRule | RuleProblem {
  const filter = filterTags && { filter: { regexp: filterTags.pattern ?? '' }, ...(filterTags.extract && { extract: filterTags.extract }) };
  if (policy.semver) return { order: 'semver', range: policy.semver.range, ...filter };
  const order = policy.alphabetical ? 'alphabetical' : 'numerical';
  const sorted = policy.alphabetical ?? policy.numerical;
  if (!sorted) return { problem: 'spec.policy names none of semver, alphabetical and numerical' };
  const direction = sorted.order?.toLowerCase() || 'asc';
  if (direction !== 'asc' && direction !== 'desc') return { problem: `spec.policy.${order}.order '${sorted.order}' is neither asc nor desc` };
  return { order, direction, ...filter };
}

/** Whether Flux's fields can say a rule. They know no creation time and no exclusions. */
export function fluxCanSay({ order, exclude = [] }: ImageRule): boolean {
  return order !== 'newest' && exclude.length === 0;
}

/** The fields of an ImagePolicy for a rule; for one that Flux cannot say, fields that match no tag, and the annotation with the rule. */
export function fluxFieldsOf(rule: ImageRule): FluxFields {
  if (!fluxCanSay(rule)) return { ...NO_TAG, annotation: JSON.stringify(rule) };
  const { filter, extract, direction = 'asc' } = rule;
  const pattern = filter && (filter.regexp ?? globToRegexp(filter.glob!));
  return { policy: policyOf(rule, direction), ...(pattern !== undefined && { filterTags: { pattern, ...(extract && { extract }) } }) };
}

function policyOf({ order, range = '' }: ImageRule, direction: 'asc' | 'desc'): FluxRule['policy'] {
  if (order === 'semver') return { semver: { range } };
  return order === 'numerical' ? { numerical: { order: direction } } : { alphabetical: { order: direction } };
}
