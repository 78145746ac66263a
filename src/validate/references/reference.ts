import type { Field } from '../schema/field';

/** What an object names that must be in its cluster. */
export interface Reference {
  readonly field: Field;
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Undefined where the kind is in none. */
  readonly namespace?: string;
  readonly name: string;
  /** That it must have, of a ConfigMap or Secret. */
  readonly key?: string;
  /** Nothing but what Git holds can make it. @default false: a chart, an operator or somebody else may */
  readonly isFromGit?: boolean;
}
