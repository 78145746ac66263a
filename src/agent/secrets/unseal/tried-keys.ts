import { createHash } from 'node:crypto';
import type { SealedValue } from '../../../seal/sealed-value';

type SessionKey = Pick<SealedValue, 'sessionKey'>;

/** What was learnt about one sealed value: the key that opens it, or those that do not. */
interface Tried {
  readonly openedWith?: string;
  readonly failed: ReadonlySet<string>;
}

const NOTHING: Tried = { failed: new Set() };
const MOST = 20_000;

/** Which keys open which sealed values, so that a try that failed is not made again. Never what is in them. */
export class TriedKeys {
  private readonly known = new Map<string, Tried>();

  of(value: SessionKey, label: Buffer): Tried {
    return this.known.get(digestOf(value, label)) ?? NOTHING;
  }

  opened(value: SessionKey, label: Buffer, openedWith: string): void {
    this.keep(digestOf(value, label), { openedWith, failed: NOTHING.failed });
  }

  failed(value: SessionKey, label: Buffer, fingerprints: readonly string[]): void {
    const digest = digestOf(value, label);
    this.keep(digest, { failed: new Set([...(this.known.get(digest)?.failed ?? []), ...fingerprints]) });
  }

  private keep(digest: string, tried: Tried): void {
    this.known.delete(digest);
    this.known.set(digest, tried);
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
  }
}

/** No label has a NUL in it, as names have none. */
function digestOf({ sessionKey }: SessionKey, label: Buffer): string {
  return createHash('sha256').update(label).update('\0').update(sessionKey).digest('base64');
}
