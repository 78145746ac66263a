import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mirror } from '../../src/git/mirror';
import { Author, scratch } from './git-server';

let folder: ReturnType<typeof scratch>;
let author: Author;
let mirror: Mirror;
const { PATH } = process.env;

/** An ssh that notes how it was called and runs the far end's command here. */
beforeEach(() => {
  folder = scratch();
  author = new Author(folder.path);
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  const seen = join(folder.path, 'seen');
  writeFileSync(
    join(bin, 'ssh'),
    `#!/bin/sh
printf '%s\\n' "$@" > ${seen}
stat -c %a "$4" >> ${seen}
cat "$4" >> ${seen}
echo "passphrase $("$SSH_ASKPASS" 2>/dev/null)" >> ${seen}
for last; do :; done
exec sh -c "$last"
`,
  );
  chmodSync(join(bin, 'ssh'), 0o755);
  process.env.PATH = `${bin}:${PATH}`;
  mirror = new Mirror(join(folder.path, 'mirror'), `ssh://git.example${author.bare}`);
});

afterEach(() => {
  process.env.PATH = PATH;
  mirror.close();
  folder.remove();
});

const fetch = (passphrase?: string) =>
  mirror.fetch(['+refs/heads/main:refs/fairlead/head'], 'refs/fairlead/head', {
    access: { identity: 'PRIVATE KEY', knownHosts: 'git.example ssh-ed25519 AAAA', passphrase },
  });

test('the key is a private file for the time of one command, and only known hosts are trusted', async () => {
  const id = author.commit({ a: '1' });
  expect(await fetch()).toMatchObject({ id });
  const seen = readFileSync(join(folder.path, 'seen')).toString();
  expect(seen).toContain('StrictHostKeyChecking=yes');
  expect(seen).toContain('BatchMode=yes');
  expect(seen).toContain('git@git.example');
  expect(seen).toMatch(/^600\nPRIVATE KEY$/m);
  const key = seen.split('\n')[3];
  expect(existsSync(key)).toBe(false);
});

test('a passphrase is given by a program, not an argument', async () => {
  author.commit({ a: '1' });
  await fetch("it's long");
  const [given, rest] = readFileSync(join(folder.path, 'seen')).toString().split('passphrase ');
  expect(rest.trim()).toBe("it's long");
  expect(given).not.toContain("it's long");
});
