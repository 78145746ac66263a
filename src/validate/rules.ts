import type { Severity } from './finding';

/** One thing that validation looks for. */
export interface Rule {
  readonly severity: Severity;
  /** What it finds, for tables of rules. */
  readonly summary: string;
  readonly remedy: string;
}

/** Every built-in rule by its id. Ids are stable: reports, exceptions and continuous integration name them. */
export const rules = {
  unreadable: { severity: 'error', summary: 'a file that is no YAML', remedy: 'correct the line' },
  'duplicate-key': { severity: 'error', summary: 'a key that stands twice in one map', remedy: 'remove one of them: the last would win' },
  'not-an-object': { severity: 'error', summary: 'a manifest without apiVersion, kind or name', remedy: 'add it, or keep the file elsewhere' },
  schema: { severity: 'error', summary: 'a field that the kind does not have, lacks, or has with another type', remedy: 'correct the field' },
  value: { severity: 'error', summary: 'a value that the API server refuses', remedy: 'correct the value' },
  'unknown-kind': {
    severity: 'warning',
    summary: 'a kind without a schema',
    remedy: 'commit its CustomResourceDefinition, or name the folder of it with --crds',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** A rule by id; of a policy there is none. */
export function ruleOf(id: string): Rule | undefined {
  return Object.hasOwn(rules, id) ? rules[id as RuleId] : undefined;
}
