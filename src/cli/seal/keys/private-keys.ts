import { createPublicKey, type KeyObject } from 'node:crypto';
import { decryptBackup, isBackup } from '../../../seal/backup';
import { fingerprintOf } from '../../../seal/fingerprint';
import { keysIn } from '../../../seal/key-secret';
import { parseSealingKey } from '../../../seal/sealing-key';
import { knownPassphrase, type PassphraseOptions } from '../input/passphrase';
import { inputName, readText } from '../input/read-input';

/** A private key with what it is called in tables and in files. */
export interface PrivateKey {
  /** `SHA256:…` */
  readonly fingerprint: string;
  readonly key: KeyObject;
}

/**
 * Private keys of files that people have: PEM, a Secret or a List of them in YAML or JSON, a backup of ours. Each once, in the order of the files.
 * @throws SecretFileUnreadable, PassphraseMissing, SealingKeyInvalid, and the errors of keys and backups
 */
export async function readPrivateKeys(files: readonly string[], options: PassphraseOptions): Promise<readonly PrivateKey[]> {
  const found = new Map<string, KeyObject>();
  for (const file of files) {
    const { secrets, privateKeys } = keysIn(await openBackup(file, options), inputName(file));
    for (const key of [...secrets.map((secret) => parseSealingKey(secret).privateKey), ...privateKeys]) {
      found.set(fingerprintOf(createPublicKey(key)), key);
    }
  }
  return [...found].map(([fingerprint, key]) => ({ fingerprint, key }));
}

/** Content of a file, decrypted where it is a backup. */
export async function openBackup(file: string, options: PassphraseOptions): Promise<string> {
  const text = await readText(file);
  return isBackup(text) ? await decryptBackup(text, await knownPassphrase(file === '-' ? 'the backup' : file, options)) : text;
}
