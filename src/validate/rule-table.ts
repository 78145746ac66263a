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
  'non-string-metadata': { severity: 'error', summary: 'a label or annotation that is no string', remedy: 'quote it' },
  'removed-api': {
    severity: 'error',
    summary: 'an API that the version of the cluster, or of --against, does not serve',
    remedy: 'use what replaces it',
  },
  'deprecated-api': { severity: 'warning', summary: 'an API that will end', remedy: 'use what replaces it' },
  'duplicate-object': { severity: 'error', summary: 'an object that one cluster gets twice', remedy: 'remove one of them, or rename it' },
  'duplicate-release': { severity: 'error', summary: 'two HelmReleases of one release', remedy: 'rename one of them: spec.releaseName' },
  'missing-reference': {
    severity: 'warning',
    summary: 'a name of something that is not there',
    remedy: 'correct the name, or commit what it names',
  },
  'plaintext-secret': {
    severity: 'error',
    summary: 'a value of a Secret, or what looks like a key or token, in plain text',
    remedy: 'take it out of Git and seal it, and replace it where it is used: it is known now',
  },
  'set-grammar': { severity: 'error', summary: 'a key in the values of a release that is meant as a path', remedy: 'write it nested' },
  build: { severity: 'error', summary: 'a Kustomization that cannot be built', remedy: 'correct what is named' },
  release: { severity: 'error', summary: 'a release that cannot be rendered', remedy: 'correct what is named' },
  'release-elsewhere': {
    severity: 'warning',
    summary: 'a release whose chart is not to be had here, so that what it makes is not validated',
    remedy: 'run it where the chart can be fetched',
  },
  'source-elsewhere': {
    severity: 'warning',
    summary: 'a Kustomization whose source is not here, so that what it applies is not validated',
    remedy: 'validate it where its files are',
  },
  'not-built': {
    severity: 'warning',
    summary: 'a folder for kustomize that no Kustomization here applies, and that could not be built to be validated',
    remedy: 'correct what is named, or remove the folder',
  },
  'flux-runtime': {
    severity: 'warning',
    summary: "what Flux's own controllers would not do (with --runtime flux)",
    remedy: 'let the agent of fairlead do it',
  },
  exemption: {
    severity: 'warning',
    summary: 'an exemption without a reason, which exempts nothing',
    remedy: 'say why, in the value of the annotation',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** A rule by id; of a policy there is none. */
export function ruleOf(id: string): Rule | undefined {
  return Object.hasOwn(rules, id) ? rules[id as RuleId] : undefined;
}
