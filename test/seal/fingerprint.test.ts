import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf } from '../../src/seal/fingerprint';
import { useGoProgram } from '../support/go-program';
import { publicKey, UPSTREAM } from './vectors';

interface Made {
  readonly certificates: readonly { readonly pem: string; readonly fingerprint: string }[];
}

const upstream = useGoProgram<{ commonNames: readonly string[] }, Made>(UPSTREAM);

test("a key's fingerprint is upstream's", () => {
  const [made] = upstream({ commonNames: ['a'] }).certificates;
  expect(fingerprintOf(new X509Certificate(made!.pem).publicKey)).toBe(made!.fingerprint);
});

test('a private key has the fingerprint of its public key', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
  expect(fingerprintOf(createPublicKey(pair.privateKey))).toBe(fingerprintOf(pair.publicKey));
});

const found = spawnSync('ssh-keygen', ['-?']).error === undefined;

(found ? test : test.skip)('a fingerprint is what ssh-keygen prints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-fingerprint-'));
  try {
    const keys = [publicKey, ...[1024, 1032].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }).publicKey)];
    expect(keys.map((key) => printed(key, folder))).toEqual(keys.map(fingerprintOf));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function printed(key: KeyObject, folder: string): string {
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, key.export({ format: 'pem', type: 'spki' }));
  writeFileSync(`${pem}.pub`, execFileSync('ssh-keygen', ['-i', '-m', 'PKCS8', '-f', pem]));
  return execFileSync('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${pem}.pub`], { encoding: 'utf8' }).split(' ')[1]!;
}
