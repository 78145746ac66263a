import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeFileFault } from '../../../common/describe-file-fault';
import { errors } from '../../../common/errors';
import type { RawKubeClient } from '../../../kube/client';
import { isForbidden } from '../../../kube/status-error';
import { annotations } from '../../../model/labels';
import { idOf } from '../../../model/object';
import { decryptBackup, encryptBackup } from '../../../seal/backup';
import { keysIn, printKeyList } from '../../../seal/key-secret';
import { type KeySecret, parseSealingKey } from '../../../seal/sealing-key';
import { withCluster } from '../../cluster/with-cluster';
import { holdSignals } from '../../hold-signals';
import { printSecret, refuseTerminal } from '../../print/print-secret';
import { newPassphrase, type PassphraseOptions } from '../input/passphrase';
import type { KeysOptions } from '../options';
import { type ClusterKey, readClusterKeys } from './cluster-keys';
import { openBackup } from './private-keys';

export interface BackupOptions extends KeysOptions, PassphraseOptions {
  /** File to write. @default - `sealing-keys-<date>.age` here */
  readonly output?: string;
  /** Takes the place of a file that is there. */
  readonly force?: boolean;
}

/**
 * `fairlead seal backup`: saves the keys of a cluster in a file that a passphrase opens, and notes on each key that it is saved, once the
 * file was read back and opened. Gives what to tell.
 * @throws BackupExists, SealingKeysMissing, BackupUnreadable, and those of passphrases
 */
export async function backUpKeys(options: BackupOptions, warn: (text: string) => void): Promise<string> {
  const file = options.output ?? `sealing-keys-${new Date().toISOString().slice(0, 10)}.age`;
  const refuseTwice = () => {
    if (existsSync(file) && !options.force) throw errors.BackupExists({ file });
  };
  refuseTwice();
  return await withCluster(options, async (client) => {
    const namespace = options.sealedSecretsNamespace;
    const { keys, unreadable } = await readClusterKeys(client, namespace);
    for (const { error } of unreadable) warn(`left out: ${error.detail}`);
    if (keys.length === 0) throw errors.SealingKeysMissing({ namespace });
    const now = new Date().toISOString();

    const passphrase = await newPassphrase(options);
    const text = await encryptBackup(printKeyList(keys.map(({ secret }) => stamped(secret, now))), passphrase);
    refuseTwice();
    await writeChecked(file, text, async (written) => assertHolds(await decryptBackup(written, passphrase), keys, file));
    for (const key of keys) await stamp(client, key, now, warn);
    return [
      `${file}: ${keys.length} ${keys.length === 1 ? 'key' : 'keys'} of namespace ${namespace}, read back and opened`,
      'keep it and its passphrase outside of the cluster and apart from one another; put them back with: fairlead seal restore',
      '',
    ].join('\n');
  });
}

/** `fairlead seal backup --open`: prints the keys of a backup as YAML. Throws `TerminalRefused`, `SealOptionsConflict`. */
export async function printBackup(file: string, options: BackupOptions & { readonly show?: boolean }): Promise<void> {
  if (options.output !== undefined) {
    throw errors.SealOptionsConflict({ option: '--output', other: '--open, which prints', remedy: 'leave it out: no file is written' });
  }
  refuseTerminal(options.show);
  printSecret(await openBackup(file, options), options);
}

/** Writes a file that only its owner may read; what was there before goes only once the new one is found to be good. */
async function writeChecked(file: string, text: string, check: (written: string) => Promise<void>): Promise<void> {
  const scratch = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await holdSignals(async () => {
    try {
      await writeOwn(scratch, text).catch((cause: unknown) => {
        throw errors.FileUnwritable({ file, reason: describeFileFault(cause) }, cause);
      });
      await check(await readFile(scratch, 'utf8'));
      await rename(scratch, file);
    } finally {
      await rm(scratch, { force: true }).catch(() => undefined);
    }
  });
}

async function writeOwn(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws BackupUnreadable where a key is not in it */
function assertHolds(yaml: string, keys: readonly ClusterKey[], file: string): void {
  const held = new Set(keysIn(yaml, file).secrets.map((secret) => parseSealingKey(secret).fingerprint));
  const missing = keys.find(({ key }) => !held.has(key.fingerprint));
  if (missing !== undefined) throw errors.BackupUnreadable({ file, key: missing.key.fingerprint });
}

function stamped(secret: KeySecret, now: string): KeySecret {
  return { ...secret, metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [annotations.backedUpAt]: now } } };
}

async function stamp(client: RawKubeClient, { secret, key }: ClusterKey, now: string, warn: (text: string) => void): Promise<void> {
  const { uid } = secret.metadata;
  try {
    await client.patch(idOf(secret), 'merge', { metadata: { uid, annotations: { [annotations.backedUpAt]: now } } });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    warn(`key ${key.name} is saved, but that cannot be noted on it: ${error.answer}`);
  }
}
