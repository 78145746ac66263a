import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const runs = (program: string, ...args: string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

export const hasGpg = runs('gpg', '--version');
export const hasSshKeygen = runs('which', 'ssh-keygen');

/** A private key, and how `git verify-commit` gets to know its public half. */
export interface TestKey {
  readonly key: Buffer;
  readonly verifying: Record<string, string>;
  remove(): void;
}

export const SIGNER = 'bot@example.com';

export function sshKey(passphrase = '', format: readonly string[] = []): TestKey {
  const folder = mkdtempSync(join(tmpdir(), 'fl-key-'));
  const file = join(folder, 'key');
  const type = format.length === 0 ? ['-t', 'ed25519'] : ['-t', 'ecdsa'];
  execFileSync('ssh-keygen', ['-q', ...type, ...format, '-N', passphrase, '-C', SIGNER, '-f', file]);
  writeFileSync(join(folder, 'allowed'), `${SIGNER} ${readFileSync(`${file}.pub`, 'utf8')}`);
  return {
    key: readFileSync(file),
    verifying: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'gpg.ssh.allowedSignersFile', GIT_CONFIG_VALUE_0: join(folder, 'allowed') },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export function gpgKey(passphrase = ''): TestKey {
  const home = mkdtempSync(join(tmpdir(), 'fl-gpg-'));
  chmodSync(home, 0o700);
  // As little work as may be is to guess the passphrase.
  writeFileSync(join(home, 'gpg-agent.conf'), 's2k-count 65536\n');
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', passphrase, ...args], {
      env: { PATH: process.env.PATH, GNUPGHOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  gpg('--quick-gen-key', `Bot <${SIGNER}>`, 'ed25519', 'sign', 'never');
  const key = gpg('--armor', '--export-secret-keys');
  return {
    key,
    verifying: { GNUPGHOME: home },
    remove: () => {
      execFileSync('gpgconf', ['--kill', 'all'], { env: { PATH: process.env.PATH, GNUPGHOME: home } });
      rmSync(home, { recursive: true, force: true });
    },
  };
}
