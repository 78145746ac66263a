import type { SealingCertificate } from '../../../seal/certificate';
import { labelFor, type Scope } from '../../../seal/scope';
import { parseSealedValue, sealValue } from '../../../seal/sealed-value';
import type { SealedWith } from '../../../seal/sealed-with';
import type { SecretValues } from '../input/secret-values';

/** What a value is bound to. */
export interface Bound {
  readonly namespace: string;
  readonly name: string;
  readonly scope: Scope;
}

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

/** `Secret dev/basic-auth, strict`: what a value opens as. */
export function describeBound({ scope, namespace, name }: Bound): string {
  if (scope === 'cluster-wide') return `any Secret, ${scope}`;
  return scope === 'namespace-wide' ? `any Secret in ${namespace}, ${scope}` : `Secret ${namespace}/${name}, ${scope}`;
}
