import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { errors } from '../common/errors';
import { type Environment, passphraseVariables, privateFile, withConfig, withPrivateFolder } from './environment';
import { reasonOf } from './failure';
import { GitExit, runProgram } from './run';
import type { SigningKey } from './writing';

/** Sockets of gpg-agent lie in its home, and their paths have a limit of about 100 bytes. */
const LONGEST_HOME = 70;

/** gpg-agent makes guessing a passphrase take seconds of work, and so each signature. Here the passphrase lies beside the key, and both are gone soon. */
const LEAST_WORK = 'ignore-invalid-option s2k-count\ns2k-count 65536\n';

type Use<R> = (environment: Environment) => Promise<R>;

/**
 * Runs `use` with an environment in which git signs with this key and no other. The key lies in a private folder meanwhile; the passphrase
 * is never an argument. Throws `SigningKeyRefused`, `SigningProgramMissing`.
 */
export async function withSigning<R>(key: SigningKey, folder: string, environment: Environment, use: Use<R>, signal?: AbortSignal): Promise<R> {
  try {
    return await (key.type === 'ssh' ? withSsh(key, folder, environment, use, signal) : withGpg(key, folder, environment, use, signal));
  } catch (failure) {
    throw failure instanceof GitExit ? errors.SigningKeyRefused({ reason: reasonOf(failure.stderr) }, failure) : failure;
  }
}

async function withSsh<R>({ key, passphrase }: SigningKey, folder: string, environment: Environment, use: Use<R>, signal?: AbortSignal): Promise<R> {
  const file = await privateFile(folder, 'identity', key.toString());
  const asking = { ...environment, ...(await passphraseVariables(folder, passphrase ?? '')) };
  // Signing looks for the public half, which an encrypted key in PEM does not show; and what is wrong with the key is said here.
  const missing = (cause: unknown) => errors.SigningProgramMissing({ program: 'ssh-keygen', package: 'the OpenSSH client, 8.2 or newer,' }, cause);
  const publicKey = await runProgram('ssh-keygen', ['-y', '-f', file], { environment: asking, signal }, missing);
  await privateFile(folder, 'identity.pub', publicKey.toString());
  return use(withConfig(asking, { 'gpg.format': 'ssh', 'gpg.ssh.program': 'ssh-keygen', 'user.signingKey': file }));
}

async function withGpg<R>({ key, passphrase }: SigningKey, folder: string, environment: Environment, use: Use<R>, signal?: AbortSignal): Promise<R> {
  return withPrivateFolder(folder.length > LONGEST_HOME ? tmpdir() : folder, 'gpg', async (home) => {
    await chmod(home, 0o700);
    const secret = await privateFile(home, 'passphrase', passphrase ?? '');
    await privateFile(home, 'gpg.conf', `batch\nno-tty\npinentry-mode loopback\npassphrase-file ${secret}\n`);
    await privateFile(home, 'gpg-agent.conf', LEAST_WORK);
    const own = { ...environment, GNUPGHOME: home };
    const missing = (program: string) => (cause: unknown) => errors.SigningProgramMissing({ program, package: 'GnuPG' }, cause);
    const gpg = (args: readonly string[], input?: Buffer) => runProgram('gpg', args, { environment: own, input, signal }, missing('gpg'));
    try {
      await gpg(['--quiet', '--import'], key);
      const fingerprint = onlyKey((await gpg(['--with-colons', '--list-secret-keys'])).toString());
      return await use(withConfig(own, { 'gpg.format': 'openpgp', 'gpg.program': 'gpg', 'user.signingKey': fingerprint }));
    } finally {
      // Its agent would outlive us for as long as the folder does, which is about to go: then it ends by itself.
      await runProgram('gpgconf', ['--kill', 'all'], { environment: own }, missing('gpgconf')).catch(() => undefined);
    }
  });
}

function onlyKey(listing: string): string {
  const keys = [...listing.matchAll(/^sec:(?:[^\n]*\n)(?:[^\n]*\n)*?fpr:(?:[^:\n]*:){8}([0-9A-F]+):/gm)].map(([, fingerprint]) => fingerprint);
  if (keys.length !== 1) throw errors.SigningKeyRefused({ reason: `there are ${keys.length} private keys in place of one` });
  return keys[0];
}
