import type { SealedSecret } from '../../../seal/sealed-secret';
import type { SealingKey } from '../../../seal/sealing-key';
import type { KeyRing } from '../types';

/**
 * Why a value stays closed: it is no sealed value at all; none of the keys opens it under this name, namespace and scope; its session key opens,
 * and what was sealed with that was altered.
 */
export type Problem = 'malformed' | 'no-key' | 'altered';

export type OpenedValue = { readonly plaintext: Buffer; readonly openedWith: SealingKey } | { readonly problem: Problem };

export interface OpenResult {
  /** By key of `spec.encryptedData`. */
  readonly values: ReadonlyMap<string, OpenedValue>;
  /** Of the deprecated `spec.data`, where there is one: a Secret as JSON. */
  readonly whole?: OpenedValue;
}

/**
 * Opens sealed values away from the event loop. It never fails for what is sealed: that is said by value. Shares get the same time.
 * By default the namespace is one.
 */
export interface Unsealer {
  open(sealed: SealedSecret, keys: KeyRing, share?: string): Promise<OpenResult>;
}
