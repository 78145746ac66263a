import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '../../../src/agent/source/public-key';
import { newSshKey } from '../../../src/agent/start/ssh-key';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' }).trim();

test.each(['', 'fairlead gke', 'a longer comment that needs another block'])(
  'ssh-keygen reads a key with comment %j and finds the same public one',
  (comment) => {
    const { identity, publicKey } = newSshKey(comment);
    const file = join(folder, 'identity');
    writeFileSync(file, identity, { mode: 0o600 });
    expect(keygen('-y', '-f', file)).toBe(publicKey.trim());
    expect(keygen('-l', '-f', file)).toContain('(ED25519)');
    expect(publicKeyOf(identity)).toBe(publicKey.split(' ').slice(0, 2).join(' '));
  },
);

test('no two keys are the same', () => {
  expect(newSshKey('a').identity).not.toBe(newSshKey('a').identity);
});

test('the public key of one that a passphrase locks can be read, of other formats not', () => {
  const file = join(folder, 'locked');
  keygen('-q', '-t', 'ed25519', '-N', 'secret', '-C', '', '-f', file);
  const locked = execFileSync('cat', [file], { encoding: 'utf8' });
  expect(publicKeyOf(locked)).toBe(execFileSync('cat', [`${file}.pub`], { encoding: 'utf8' }).trim());
  expect(publicKeyOf('-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----')).toBeUndefined();
  expect(publicKeyOf('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----')).toBeUndefined();
});
