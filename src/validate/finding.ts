import type { Field } from './schema/field';

/** An error fails the command, a warning only with `--strict`. */
export type Severity = 'error' | 'warning';

/** What a rule says about an object. */
export interface Draft {
  /** Id of the rule. */
  readonly rule: string;
  /** After the name of the object and its field, without a full stop. Never a value of a Secret. */
  readonly message: string;
  /** @default - the whole object */
  readonly field?: Field;
  /** What to do. @default - that of the rule */
  readonly remedy?: string;
  /** @default - that of the rule */
  readonly severity?: Severity;
}

/** What a rule says, and of what. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  /** From the folder that is validated or, for the output of a project, from the folder of cdk8s.yaml; with `/`. */
  readonly file: string;
  /** Document in the file, from 1. */
  readonly document: number;
  /** In the file, from 1. @default - not known: the object was rendered, or the field is missing */
  readonly line?: number;
  readonly field: Field;
  /** `Deployment/dev/podinfo`. */
  readonly object?: string;
  /** Release whose chart the object is rendered from. */
  readonly release?: ReleaseOrigin;
}

/** Where a rendered object comes from. */
export interface ReleaseOrigin {
  /** `dev/podinfo`. */
  readonly name: string;
  /** `podinfo 6.7.0`. */
  readonly chart?: string;
  /** `podinfo/templates/deployment.yaml`. */
  readonly template?: string;
}
