import type { IConstruct } from 'constructs';
import type { SealRequest } from './seal-request';

// A registered symbol, so that two copies of the package in one program agree.
const REQUEST = Symbol.for('fairlead.SealRequest');

type Requesting = IConstruct & { readonly [REQUEST]?: SealRequest };

/** Has a construct take its values from a sealed file. */
export function requestSeal(construct: IConstruct, request: SealRequest): void {
  Object.defineProperty(construct, REQUEST, { value: request });
}

/** Every sealed file that the constructs of an app take values from, in the order of the tree. Nothing is read. */
export function sealsOf(app: IConstruct): SealRequest[] {
  return app.node.findAll().flatMap((construct) => (construct as Requesting)[REQUEST] ?? []);
}
