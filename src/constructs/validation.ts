import type { IConstruct } from 'constructs';
import type { FairleadError } from '../common/errors';

/** Has synth check a construct, and tell what is wrong together with everything else that is. */
export function validate(construct: IConstruct, check: () => readonly FairleadError[]): void {
  construct.node.addValidation({ validate: () => check().map(({ code, detail, remedy }) => `${code} ${detail}\n      ${remedy}`) });
}
