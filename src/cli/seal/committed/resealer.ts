import type { KeyObject } from 'node:crypto';
import type { SealingCertificate } from '../../../seal/certificate';
import { reseal } from '../../../seal/reseal';
import { labelFor } from '../../../seal/scope';
import type { SealedFile } from '../../../seal/sealed-file';
import { parseSealedValue } from '../../../seal/sealed-value';
import type { SealingController } from '../controller/sealing-controller';
import { alteredKeys } from './open-value';

/** Seals values anew for the newest key, each bound to what it was bound to. */
export interface Resealer {
  /** The values by key; what cannot be opened is left out. */
  reseal(file: SealedFile, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Offline, with private keys for what there is. */
export class KeyResealer implements Resealer {
  constructor(
    private readonly keys: readonly KeyObject[],
    private readonly to: SealingCertificate,
  ) {}

  async reseal({ encryptedData, scope, namespace, name }: SealedFile, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const label = labelFor(scope, namespace, name);
    const sealed = new Map<string, string>();
    for (const key of keys) {
      const value = parseSealedValue(encryptedData[key]!);
      const anew = value && reseal(value, this.keys, this.to.publicKey, label);
      if (anew !== undefined) sealed.set(key, anew);
    }
    return sealed;
  }
}

/** The cluster, whose keys never leave it. Values are sent together, and one by one where not all of them can be opened. */
export class ClusterResealer implements Resealer {
  constructor(private readonly controller: Pick<SealingController, 'rotate'>) {}

  async reseal(file: SealedFile, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const altered = alteredKeys(file);
    const whole = keys.filter((key) => !altered.includes(key));
    if (whole.length === 0) return new Map();
    const all = await this.rotate(file, whole);
    if (all !== undefined || whole.length === 1) return all ?? new Map();
    const sealed = new Map<string, string>();
    for (const key of whole) for (const [of, value] of (await this.rotate(file, [key])) ?? []) sealed.set(of, value);
    return sealed;
  }

  private rotate({ namespace, name, scope, encryptedData }: SealedFile, keys: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    return this.controller.rotate({ namespace, name, scope, encryptedData: Object.fromEntries(keys.map((key) => [key, encryptedData[key]!])) });
  }
}
