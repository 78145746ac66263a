import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../../src/seal/scope';

interface Vector {
  readonly Scope: Scope;
  readonly Label: string;
  readonly PlaintextB64: string;
  readonly Blob: string;
}

interface Vectors {
  readonly KeyPem: string;
  readonly CertPem: string;
  readonly Vectors: readonly Vector[];
}

/** What upstream's own code sealed, with a key that is thrown away. TEST ONLY. */
export const vectors: Vectors = JSON.parse(readFileSync(join(__dirname, 'sealed-secrets-vectors.json'), 'utf8'));

export const privateKey = createPrivateKey(vectors.KeyPem);
export const publicKey = createPublicKey(privateKey);

/** Where sealed-secrets and age themselves are asked, see `useGoProgram`. */
export const UPSTREAM = join(__dirname, 'upstream');
