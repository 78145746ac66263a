import type { SealingCertificate } from '../../../seal/certificate';
import { labelFor } from '../../../seal/scope';
import { parseSealedValue, sealValue } from '../../../seal/sealed-value';
import type { SealedWith } from '../../../seal/sealed-with';
import type { Bound } from '../bound';
import type { SecretValues } from '../input/secret-values';

export type SealedValues = ReadonlyMap<string, { readonly sealed: string; readonly fingerprint: string }>;

/** Seals each value for the key of a certificate. */
export function sealValues(values: SecretValues, { publicKey, fingerprint }: SealingCertificate, { scope, namespace, name }: Bound): SealedValues {
  const label = labelFor(scope, namespace, name);
  return new Map([...values].map(([key, { value }]) => [key, { sealed: sealValue(value, publicKey, label), fingerprint }]));
}

/** As a sealed file has them. */
export function asFields(sealed: SealedValues): { readonly encryptedData: Readonly<Record<string, string>>; readonly sealedWith: SealedWith } {
  return {
    encryptedData: Object.fromEntries([...sealed].map(([key, one]) => [key, one.sealed])),
    sealedWith: new Map([...sealed].map(([key, { fingerprint }]) => [key, fingerprint])),
  };
}

/** Length of the value in a sealed one; of text that is none nothing is known. */
export function plainBytes(sealed: string): number {
  const parsed = parseSealedValue(sealed);
  return parsed === undefined ? 0 : parsed.body.length - TAG_BYTES;
}

const TAG_BYTES = 16;
