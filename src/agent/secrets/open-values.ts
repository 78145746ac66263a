import { annotations } from '../../model/labels';
import { labelFor, scopeOf } from '../../seal/scope';
import type { SealedSecret } from '../../seal/sealed-secret';
import { openBody, parseSealedValue } from '../../seal/sealed-value';
import { readSealedWith } from '../../seal/sealed-with';
import { candidates } from './candidates';
import { RsaThread } from './rsa-thread';
import { TriedKeys } from './tried-keys';
import type { KeyRing } from './types';
import type { OpenedValue, OpenResult, Unsealer } from './unsealer';

/** Opens values in a thread of its own, the likeliest key first, no try twice. */
export class ValueOpener implements Unsealer {
  private readonly thread = new RsaThread();
  private readonly tried = new TriedKeys();
  /** Fingerprint of the key that opened something last, by namespace. */
  private readonly lastIn = new Map<string, string>();

  async open({ metadata, spec }: SealedSecret, ring: KeyRing): Promise<OpenResult> {
    const { name, namespace = '', annotations: notes = {} } = metadata;
    const label = labelFor(scopeOf(notes), namespace, name);
    const encrypted = spec.encryptedData ?? {};
    const sealedWith = readSealedWith(notes[annotations.sealedWith], encrypted);
    let sibling: string | undefined;
    const open = async (text: unknown, recorded?: string) => {
      const opened = await this.openOne(text, label, ring, [recorded, sibling, this.lastIn.get(namespace)]);
      if ('openedWith' in opened) sibling = opened.openedWith.fingerprint;
      if (sibling !== undefined) this.lastIn.set(namespace, sibling);
      return opened;
    };
    const values = new Map<string, OpenedValue>();
    for (const [key, text] of Object.entries(encrypted)) values.set(key, await open(text, sealedWith.get(key)));
    return spec.data ? { values, whole: await open(spec.data) } : { values };
  }

  /** Ends the thread, if there is one. */
  close(): Promise<void> {
    return this.thread.close();
  }

  private async openOne(text: unknown, label: Buffer, ring: KeyRing, hints: readonly (string | undefined)[]): Promise<OpenedValue> {
    const value = typeof text === 'string' ? parseSealedValue(text) : undefined;
    if (value === undefined) return { problem: 'malformed' };
    const { openedWith, failed } = this.tried.of(value, label);
    const { keys } = ring;
    const likely = candidates(value, keys, [openedWith, ...hints], failed);
    const opened = likely.length === 0 ? undefined : await this.thread.open(value, label, likely);
    const key = keys.find(({ fingerprint }) => fingerprint === opened?.openedWith);
    if (opened === undefined || key === undefined) {
      this.tried.failed(
        value,
        label,
        likely.map(({ fingerprint }) => fingerprint),
      );
      return { problem: 'no-key' };
    }
    this.tried.opened(value, label, opened.openedWith);
    const plaintext = openBody(value, opened.sessionKey);
    return plaintext === undefined ? { problem: 'altered' } : { plaintext, openedWith: key };
  }
}
