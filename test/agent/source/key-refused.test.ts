import { createHash } from 'node:crypto';
import { forgeHostKeys } from '../../../src/agent/source/forge-host-keys';
import { keyRefused, whereToAdd } from '../../../src/agent/source/key-refused';
import { newSshKey } from '../../../src/agent/start/ssh-key';
import { errors } from '../../../src/common/errors';
import { GitExit } from '../../../src/git/run';

const { identity, publicKey } = newSshKey('test');
const access = { identity, secret: 'flux-system/fleet' };
const FIRST = { pushes: true, wasFetched: false };
const denied = (url: string, stderr = 'git@host: Permission denied (publickey).') =>
  errors.SourceAuthFailed({ url, secret: 'flux-system/fleet' }, new GitExit('fetch', 128, stderr, false));

test.each([
  ['ssh://git@github.com/acme/fleet.git', 'https://github.com/acme/fleet/settings/keys/new'],
  ['ssh://git@gitlab.com/acme/group/fleet', 'https://gitlab.com/acme/group/fleet/-/settings/repository#js-deploy-keys-settings'],
  ['ssh://git@bitbucket.org/acme/fleet', 'https://bitbucket.org/acme/fleet/admin/access-keys/'],
  ['ssh://git@git.example:2222/acme/fleet.git', 'the deploy keys of acme/fleet at git.example'],
])('for %s the key is added at %s', (url, where) => {
  expect(whereToAdd(url)).toBe(where);
  const error = keyRefused(denied(url), url, access, FIRST);
  expect(error).toMatchObject({ code: 'FL5101', remedy: expect.stringContaining(where) });
  expect((error as { remedy: string }).remedy).toContain(publicKey.split(' ')[1]);
});

test('a key that pushes needs to write, one that does not only to read', () => {
  const url = 'ssh://git@github.com/acme/fleet';
  expect(keyRefused(denied(url), url, access, FIRST)).toMatchObject({ remedy: expect.stringContaining('read and write access') });
  expect(keyRefused(denied(url), url, access, { ...FIRST, pushes: false })).toMatchObject({ remedy: expect.stringContaining('with read access') });
});

test('a key that the server let in before is refused anew, and not still', () => {
  const url = 'ssh://git@github.com/acme/fleet';
  expect(keyRefused(denied(url), url, access, { ...FIRST, wasFetched: true })).toMatchObject({
    code: 'FL5111',
    detail: expect.stringMatching(/any more/),
    remedy: expect.stringContaining(publicKey.split(' ')[1]!),
  });
});

test('forges say of what a key may not read that it is not there; elsewhere it is not there', () => {
  const missing = (url: string) => keyRefused(errors.SourceNotFound({ url, secret: 's' }), url, access, FIRST);
  expect(missing('ssh://git@github.com/acme/fleet')).toMatchObject({ code: 'FL5101' });
  expect(missing('ssh://git@git.example/acme/fleet')).toMatchObject({ code: 'FL1004' });
});

test('what is not about the key is said as it was', () => {
  const url = 'ssh://git@github.com/acme/fleet';
  const away = errors.SourceUnreachable({ url, reason: 'no' });
  expect(keyRefused(away, url, access, FIRST)).toBe(away);
  const unreadable = denied(url, 'Load key "/x": invalid format\ngit@github.com: Permission denied (publickey).');
  expect(keyRefused(unreadable, url, access, FIRST)).toBe(unreadable);
  const locked = denied(url);
  expect(keyRefused(locked, url, { ...access, passphrase: 'x' }, FIRST)).toBe(locked);
  const http = errors.SourceAuthFailed({ url: 'https://github.com/acme/fleet', secret: 's' });
  expect(keyRefused(http, 'https://github.com/acme/fleet', access, FIRST)).toBe(http);
});

// As the forges publish them.
test.each([
  [
    'github.com',
    ['+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU', 'p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM', 'uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s'],
  ],
  [
    'gitlab.com',
    ['eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8', 'HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw', 'ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ'],
  ],
  [
    'bitbucket.org',
    ['ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM', 'FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0', '46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E'],
  ],
  ['ssh.dev.azure.com', ['ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og']],
])('the keys of %s have the fingerprints it publishes', (host, fingerprints) => {
  const lines = forgeHostKeys(`ssh://git@${host}/acme/fleet`)!.trim().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(fingerprints.map(() => host));
  const digests = lines.map((line) =>
    createHash('sha256')
      .update(Buffer.from(line.split(' ')[2]!, 'base64'))
      .digest('base64')
      .replace(/=+$/, ''),
  );
  expect(digests).toEqual(fingerprints);
});

test('a forge on another port has the same keys, and other hosts have none', () => {
  expect(forgeHostKeys('ssh://git@ssh.github.com:443/acme/fleet')).toMatch(/^\[ssh\.github\.com\]:443 ssh-ed25519 /);
  expect(forgeHostKeys('ssh://git@git.example/acme/fleet')).toBeUndefined();
});
