import type { SealedSecret } from '../../../seal/sealed-secret';
import { refKey, refOf } from '../../runtime/ref';
import { unsealedFrom } from '../unseal/unsealed-from';
import { keysOf, type Secret, secretOf } from '../unseal/unsealed-secret';
import { fromOf, isAsLeft, ownedOf } from './secret-change';
import type { SecretRecord } from './secret-record';

const NO_VALUE = Buffer.alloc(0);

/** What Secrets look like after they were written, told without their values. */
export class WrittenSecrets {
  /** Of SealedSecrets that do not tell their keys. They are opened once to know. */
  private readonly wholes = new Map<string, Secret>();

  /** Whether the Secret is what would be written now. */
  isAsLeft(sealed: SealedSecret, record: SecretRecord): boolean {
    if (record.unsealedFrom === undefined || record.ours === undefined) return false;
    const from = unsealedFrom(sealed);
    const shape = record.unsealedFrom === from ? this.shapeOf(sealed, from) : undefined;
    return shape !== undefined && isAsLeft(record, from, ownedOf(shape, record));
  }

  left(sealed: SealedSecret, secret: Secret): void {
    if (keysOf(sealed) !== undefined) return;
    const data = Object.fromEntries(Object.keys(secret.data).map((key) => [key, '']));
    this.wholes.set(refKey(refOf(sealed)), { ...secret, data });
  }

  /** @param key of its ref */
  forget(key: string): void {
    this.wholes.delete(key);
  }

  private shapeOf(sealed: SealedSecret, from: string): Secret | undefined {
    const keys = keysOf(sealed);
    if (keys !== undefined) return secretOf(sealed, new Map(keys.map((key) => [key, NO_VALUE])));
    const whole = this.wholes.get(refKey(refOf(sealed)));
    return whole !== undefined && fromOf(whole) === from ? whole : undefined;
  }
}
