import { createSealingKey } from '../../src/seal/create-key';
import type { SealingPair } from '../../src/seal/key-secret';

const made: Promise<SealingPair>[] = [];

/** A sealing key of 2048 bits with its certificate: another for each index, later ones younger. Making one takes a while, so tests of a file share them. */
export function sealingPair(index = 0): Promise<SealingPair> {
  made[index] ??= (index === 0 ? Promise.resolve() : sealingPair(index - 1)).then(() => createSealingKey({ bits: 2048 }));
  return made[index];
}
