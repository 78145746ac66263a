import type { Construct } from 'constructs';
import { errors } from '../common/errors';
import type { MarkerPart } from '../model/marker';
import { printRef, type VersionRef } from '../model/version-ref';
import type { LockRequest } from '../synth/lock-request';
import { requestLock } from '../synth/lock-requests';
import { lockBookOf } from '../synth/locks';
import { alias, mint } from '../synth/tokens';
import { validate } from './validation';

/** A version from a lock, as strings that may stand anywhere in the objects of a program. */
export class LockedVersion {
  /** `docker.io/stefanprodan/podinfo:6.7.1`, with the digest where it is pinned. */
  readonly reference: string;

  readonly tag: string;

  /** Empty until the lock has one. */
  readonly digest: string;

  constructor(
    private readonly construct: Construct,
    private readonly request: LockRequest,
  ) {
    requestLock(construct, request);
    validate(construct, () => lockBookOf(construct)?.problemsOf(request) ?? []);
    this.reference = this.token(undefined, printRef);
    this.tag = this.token('tag', ({ tag }) => tag);
    this.digest = this.token('digest', ({ digest }) => digest ?? '');
    alias(`${request.name}:${this.tag}`, this.reference);
    alias(`${request.name}:${this.tag}@${this.digest}`, this.reference);
  }

  private token(part: MarkerPart | undefined, of: (ref: VersionRef) => string): string {
    const { policy } = this.request;
    return mint({ resolve: () => of(this.current()), marker: policy === undefined ? undefined : { policy, part } });
  }

  private current(): VersionRef {
    const book = lockBookOf(this.construct);
    if (!book) throw errors.ScopeMissing({ construct: this.construct.node.path, needed: 'Platform' });
    return book.refOf(this.request);
  }
}
