import type { IConstruct } from 'constructs';
import type { LockRequest } from './lock-request';

// A registered symbol, so that two copies of the package in one program agree.
const REQUESTS = Symbol.for('fairlead.LockRequests');

type Requesting = IConstruct & { [REQUESTS]?: LockRequest[] };

/** Has a construct take a version from its lock. */
export function requestLock(construct: IConstruct, request: LockRequest): void {
  const requesting = construct as Requesting;
  if (!requesting[REQUESTS]) Object.defineProperty(construct, REQUESTS, { value: [] });
  requesting[REQUESTS]!.push(request);
}

/** Every version that the constructs of an app take from locks, in the order of the tree. Nothing is read. */
export function locksOf(app: IConstruct): LockRequest[] {
  return app.node.findAll().flatMap((construct) => (construct as Requesting)[REQUESTS] ?? []);
}
