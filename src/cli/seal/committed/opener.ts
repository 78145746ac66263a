import type { KeyObject } from 'node:crypto';
import type { SealedFile } from '../../../seal/sealed-file';
import type { SealingController } from '../controller/sealing-controller';
import { alteredKeys, openOne } from './open-value';

/** Who tells whether values can be opened. */
export interface Opener {
  /** Keys of the file that cannot be opened. `thorough`: all of them, or else one word for the whole is enough. */
  lost(file: SealedFile, thorough: boolean): Promise<LostKeys>;
}

/** What cannot be opened: these keys, or something of the file. */
export type LostKeys = readonly string[] | 'some';

/** Offline, with private keys. */
export class KeyOpener implements Opener {
  constructor(private readonly keys: readonly KeyObject[]) {}

  async lost(file: SealedFile): Promise<LostKeys> {
    return Object.keys(file.encryptedData).filter((key) => openOne(file, key, this.keys) === undefined);
  }
}

/** The cluster, which says yes or no to what it is sent: a file first, and its values one by one where it must be told which. */
export class ClusterOpener implements Opener {
  constructor(private readonly controller: Pick<SealingController, 'opens'>) {}

  async lost(file: SealedFile, thorough: boolean): Promise<LostKeys> {
    const altered = alteredKeys(file);
    const whole = Object.keys(file.encryptedData).filter((key) => !altered.includes(key));
    if (whole.length === 0 || (await this.opens(file, whole))) return altered;
    if (!thorough) return 'some';
    if (whole.length === 1) return [...altered, ...whole];
    const lost = [...altered];
    for (const key of whole) if (!(await this.opens(file, [key]))) lost.push(key);
    return lost;
  }

  private opens({ namespace, name, scope, encryptedData }: SealedFile, keys: readonly string[]): Promise<boolean> {
    return this.controller.opens({ namespace, name, scope, encryptedData: Object.fromEntries(keys.map((key) => [key, encryptedData[key]!])) });
  }
}
