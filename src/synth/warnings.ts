import type { IConstruct } from 'constructs';
import type { FairleadError } from '../common/errors';
import { Problems } from './problems';

/** What people should know, though synth goes on without it. */
export interface Warning {
  /** Path of the construct; empty where it is of none. */
  readonly path: string;
  readonly error: FairleadError;
}

const CHECK = Symbol.for('fairlead.Warnings');

type Checked = IConstruct & { readonly [CHECK]?: () => readonly FairleadError[] };

/** Has synth tell what a construct warns of. */
export function warnOf(construct: IConstruct, check: () => readonly FairleadError[]): void {
  Object.defineProperty(construct, CHECK, { value: check });
}

/** What the constructs of an app warn of, in the order of the tree. */
export function warningsOf(app: IConstruct): Warning[] {
  return app.node.findAll().flatMap((construct) => {
    const found = (construct as Checked)[CHECK]?.() ?? [];
    return found.map((error) => ({ path: construct.node.path, error }));
  });
}

/**
 * Warnings as texts.
 * @throws FairleadError with all of them, where `strict`
 */
export function tellWarnings(warnings: readonly Warning[], strict: boolean): string[] {
  if (strict) {
    const all = new Problems();
    for (const { path, error } of warnings) all.add(path, error);
    all.throwIfAny();
  }
  return warnings.map(({ path, error }) => `${error.code} ${path === '' ? '' : `[${path}] `}${error.detail}\n  ${error.remedy}`);
}
