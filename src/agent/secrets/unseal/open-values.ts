import { annotations } from '../../../model/labels';
import { labelFor, scopeOf } from '../../../seal/scope';
import type { SealedSecret } from '../../../seal/sealed-secret';
import { openBody, parseSealedValue } from '../../../seal/sealed-value';
import { readSealedWith } from '../../../seal/sealed-with';
import type { SealingKey } from '../../../seal/sealing-key';
import type { KeyRing } from '../types';
import { candidates } from './candidates';
import { RsaThread } from './rsa-thread';
import { TriedKeys } from './tried-keys';
import { Turns } from './turns';
import type { OpenedValue, OpenResult, Unsealer } from './unsealer';

/** Values of one object, on their way. */
interface Opening {
  readonly label: Buffer;
  readonly ring: KeyRing;
  readonly largest: Buffer;
  readonly share: string;
  readonly hints: readonly (string | undefined)[];
  readonly rank: number;
}

/** A value before its turn: of the rest, which may be large, its text is there already. */
interface Unopened {
  readonly text: string;
  readonly sessionKey: Buffer;
}

/** More than there will ever be objects. */
const FAILURE_RANK = 2 ** 40;
const MOST_SHARES = 10_000;

/**
 * Opens values in a thread of its own, the likeliest key first, no try twice. Namespaces take turns, so that ten thousand objects of one keep no other
 * waiting. Within a namespace an object is opened whole before the next; one whose values stay closed lets others go first.
 */
export class ValueOpener implements Unsealer {
  private readonly thread = new RsaThread();
  private readonly tried = new TriedKeys();
  private readonly turns = new Turns();
  /** Fingerprint of the key that opened something last, by share. */
  private readonly lastIn = new Map<string, string>();
  private count = 0;

  async open({ metadata, spec }: SealedSecret, ring: KeyRing, share = metadata.namespace ?? ''): Promise<OpenResult> {
    const { name, namespace = '', annotations: notes = {} } = metadata;
    const label = labelFor(scopeOf(notes), namespace, name);
    const encrypted = spec.encryptedData ?? {};
    const sealedWith = readSealedWith(notes[annotations.sealedWith], encrypted);
    const parsed = Object.entries(encrypted).map(([key, text]) => [key, unopened(text)] as const);
    const largest = largestOf(parsed.flatMap(([, value]) => value?.sessionKey ?? []));
    let rank = this.count++;
    let sibling: string | undefined;
    const open = async (value: Unopened | undefined, recorded?: string): Promise<OpenedValue> => {
      if (value === undefined) return { problem: 'malformed' };
      const opened = await this.openOne(value, { label, ring, largest, share, rank, hints: [recorded, sibling, this.lastIn.get(share)] });
      if ('openedWith' in opened) {
        sibling = opened.openedWith.fingerprint;
        this.openedLast(share, sibling);
      } else rank += FAILURE_RANK;
      return opened;
    };
    const values = new Map<string, OpenedValue>();
    for (const [key, value] of parsed) values.set(key, await open(value, sealedWith.get(key)));
    return spec.data ? { values, whole: await open(unopened(spec.data)) } : { values };
  }

  /** Ends the thread, if there is one. */
  close(): Promise<void> {
    return this.thread.close();
  }

  private openedLast(share: string, fingerprint: string): void {
    this.lastIn.delete(share);
    this.lastIn.set(share, fingerprint);
    if (this.lastIn.size > MOST_SHARES) this.lastIn.delete(this.lastIn.keys().next().value!);
  }

  private async openOne(value: Unopened, { label, ring, largest, share, hints, rank }: Opening): Promise<OpenedValue> {
    const { openedWith, failed } = this.tried.of(value, label);
    const likely = candidates(ring.keys, { number: value.sessionKey, largest, hints: [openedWith, ...hints], failed });
    if (likely.length === 0) return { problem: 'no-key' };
    const opened = await this.turns.take(share, rank, () => this.thread.open(value, label, likely));
    if (opened === undefined) {
      this.tried.failed(value, label, likely.map(fingerprintOf));
      return { problem: 'no-key' };
    }
    this.tried.opened(value, label, opened.openedWith);
    const plaintext = openBody(parseSealedValue(value.text)!, opened.sessionKey);
    if (plaintext === undefined) return { problem: 'altered' };
    return { plaintext, openedWith: likely.find((key) => fingerprintOf(key) === opened.openedWith)! };
  }
}

/** Anything may stand there: the kind preserves unknown fields. */
function unopened(text: unknown): Unopened | undefined {
  const value = typeof text === 'string' ? parseSealedValue(text) : undefined;
  return value && { text: text as string, sessionKey: Buffer.from(value.sessionKey) };
}

function largestOf(numbers: readonly Buffer[]): Buffer {
  return numbers.reduce((a, b) => (a.length > b.length || (a.length === b.length && a.compare(b) > 0) ? a : b), Buffer.alloc(0));
}

function fingerprintOf({ fingerprint }: SealingKey): string {
  return fingerprint;
}
