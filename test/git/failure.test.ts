import { FairleadError } from '../../src/common/errors';
import { explain } from '../../src/git/failure';
import { GitExit } from '../../src/git/run';

const context = { url: 'https://git.example/a.git', secret: 'ns/auth', ref: 'branch main' };

/** What git prints, as seen with git 2.39, curl and OpenSSH. */
test.each([
  ['FL1003', "fatal: Authentication failed for 'https://git.example/a.git/'"],
  ['FL1003', "fatal: could not read Username for 'https://git.example': terminal prompts disabled"],
  ['FL1003', 'git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.'],
  ['FL1003', "fatal: unable to access 'https://git.example/a.git/': The requested URL returned error: 403"],
  ['FL1004', "remote: Repository not found.\nfatal: repository 'https://git.example/a.git/' not found"],
  ['FL1004', "fatal: '/a.git' does not appear to be a git repository\nfatal: Could not read from remote repository."],
  ['FL1005', "fatal: unable to access 'https://git.example/': Could not resolve host: git.example"],
  ['FL1005', "fatal: unable to access 'http://127.0.0.1:1/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server"],
  ['FL1005', 'ssh: connect to host git.example port 22: Connection refused\nfatal: Could not read from remote repository.'],
  ['FL1005', 'error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: expected flush after ref listing'],
  ['FL1006', "fatal: couldn't find remote ref refs/heads/main"],
  [
    'FL1007',
    'No ED25519 host key is known for git.example and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.',
  ],
  ['FL1011', "fatal: unable to access 'https://git.example/': SSL certificate problem: self-signed certificate"],
  ['FL1015', 'error: object file objects/12/34 is empty\nfatal: loose object 1234 (stored in objects/12/34) is corrupt'],
  ['FL1015', "fatal: not a git repository: '/data/repository.git'"],
  ['FL1018', 'ssh -F /dev/null: line 1: ssh: not found\nfatal: Could not read from remote repository.'],
  ['FL1016', 'fatal: something nobody has seen yet'],
])('%s: %s', (code, stderr) => {
  const error = explain(new GitExit('fetch', 128, stderr, false), context);
  expect(error).toBeInstanceOf(FairleadError);
  expect((error as FairleadError).code).toBe(code);
});

test('credentials that git repeats are not repeated', () => {
  const error = explain(
    new GitExit('fetch', 128, "fatal: unable to access 'https://me:pw@git.example/': Could not resolve host: git.example", false),
    context,
  );
  expect(String(error)).not.toContain('pw@');
});

test('what is not of git is left as it is', () => {
  const failure = new Error('aborted');
  expect(explain(failure, context)).toBe(failure);
});
