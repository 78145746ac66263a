import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { treeOf } from '../synth/apps';
import { compiledCli } from './compiled-cli';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-init-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const URL = 'git@github.com:acme/platform';

function run(command: string, args: readonly string[], cwd = scratch): SpawnSyncReturns<string> {
  const env = { ...process.env, CI: undefined, FAIRLEAD_DEBUG: undefined };
  return spawnSync(command, args, { cwd, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}
const fairlead = (args: readonly string[], cwd?: string) => run(process.execPath, [compiledCli(), ...args], cwd);
const init = (...args: string[]) => fairlead(['init', '--template', 'hello', ...args]);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
}
const read = (path: string) => readFileSync(join(scratch, path), 'utf8');

test('an empty folder becomes a repository with everything in it, and nothing is committed', () => {
  const { status, stdout } = init('--repository', URL);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('wrote   main.ts\n') });
  expect(Object.keys(treeOf(scratch)).filter((path) => !/^(dist|locks|\.fairlead)\//.test(path))).toEqual([
    '.gitattributes',
    '.github/workflows/fairlead.yaml',
    '.gitignore',
    'README.md',
    'cdk8s.yaml',
    'main.ts',
    'package.json',
    'test/main.test.ts',
    'tsconfig.json',
  ]);
  expect(run('git', ['status', '--short', '--branch']).stdout).toContain('No commits yet on main');
  expect(run('git', ['check-ignore', 'dist', 'locks', 'certs/x.pem', '.fairlead']).stdout).toBe('');
});

test('what it wrote is up to date at once', () => {
  init('--repository', URL);
  expect(fairlead(['synth', '--check', '--no-typecheck'])).toMatchObject({ status: 0, stdout: expect.stringContaining('up to date') });
});

test('done again it changes nothing', () => {
  init('--repository', URL);
  const before = treeOf(scratch);
  expect(init('--repository', URL)).toMatchObject({ status: 0, stdout: expect.not.stringMatching(/wrote|merged/) });
  expect(treeOf(scratch)).toEqual(before);
});

test('a folder of an existing repository gets the program, and its root the CI', () => {
  run('git', ['init', '--quiet', '--initial-branch=trunk']);
  run('git', ['remote', 'add', 'origin', 'https://alice:secret@gitlab.example/acme/shop.git']);
  write('.gitignore', 'dist\n*.pem\n');
  const { status, stdout } = init('--directory', 'deploy/k8s');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('cd deploy/k8s') });
  expect(read('deploy/k8s/main.ts')).toContain(`'https://gitlab.example/acme/shop.git', {\n    branch: 'trunk',\n    directory: 'deploy/k8s',`);
  expect(read('.gitlab-ci.yml')).toBe('include:\n  - local: deploy/k8s/.gitlab-ci.yml\n');
  expect(read('.gitignore')).toBe('dist\n*.pem\n');
  expect(run('git', ['check-ignore', 'deploy/k8s/dist', 'deploy/k8s/certs/gke.pem']).stdout).toBe('');
});

test('a folder of a repository whose root has a pipeline says what that is to include, until it does', () => {
  run('git', ['init', '--quiet']);
  write('.gitlab-ci.yml', 'build: { script: make }\n');
  const args = ['--repository', 'https://gitlab.example/acme/shop', '--directory', 'k8s'];
  expect(init(...args).stdout).toContain('  add to .gitlab-ci.yml: include: [{ local: k8s/.gitlab-ci.yml }]\n');
  expect(read('.gitlab-ci.yml')).toBe('build: { script: make }\n');
  write('.gitlab-ci.yml', 'include: [{ local: k8s/.gitlab-ci.yml }]\nbuild: { script: make }\n');
  expect(init(...args).stdout).not.toContain('include');
});

test.each(['environments', 'fleet'])('the template %s works in a folder of a repository', (template) => {
  run('git', ['init', '--quiet']);
  const args = ['init', '--template', template, '--repository', URL, '--directory', 'deploy/k8s'];
  expect(fairlead(args)).toMatchObject({ status: 0, stderr: '' });
});

test('files that are there are left or get what they lack', () => {
  write('.gitignore', '/dist/\n');
  write('README.md', 'mine\n');
  write('package.json', '{\n    "name": "mine",\n    "scripts": { "test": "jest" }\n}\n');
  const { stdout } = init('--repository', URL);
  expect(stdout).toContain('left    README.md (it was there before)');
  expect(stdout).toContain('merged  .gitignore (added');
  expect(read('README.md')).toBe('mine\n');
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'mine', scripts: { test: 'jest', synth: 'fairlead synth' } });
  expect(run('git', ['check-ignore', 'dist']).stdout).toBe('');
});

test('teams of the program go to CODEOWNERS, and what changed in them when asked', () => {
  write('.github/CODEOWNERS', '* @acme/platform\n');
  expect(fairlead(['init', '--template', 'fleet', '--repository', URL])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('wrote   .github/CODEOWNERS (teams)'),
  });
  expect(read('.github/CODEOWNERS')).toMatch(/^\* @acme\/platform\n[\s\S]*^\/dist\/staging\/apps\/web\/ @acme\/web$/m);
  expect(fairlead(['init', '--codeowners'])).toMatchObject({ status: 0, stdout: 'CODEOWNERS says it already\n' });
  write('apps.ts', read('apps.ts').replace("'@acme/web'", "'@acme/web', '@alice'"));
  expect(fairlead(['init', '--codeowners'])).toMatchObject({ status: 0, stdout: 'wrote .github/CODEOWNERS\n' });
  expect(read('.github/CODEOWNERS')).toContain('/dist/staging/apps/web/ @acme/web @alice\n');
});

test('packages are installed where that is asked for, and it is said when they cannot be', () => {
  write('bin/npm', '#!/bin/sh\necho "$PWD: $*" >> "$NPM_LOG"\nexit "$NPM_STATUS"\n');
  chmodSync(join(scratch, 'bin/npm'), 0o755);
  const install = (status: string) => {
    const env = {
      ...process.env,
      CI: undefined,
      PATH: `${join(scratch, 'bin')}:${process.env.PATH}`,
      NPM_LOG: join(scratch, 'log'),
      NPM_STATUS: status,
    };
    const args = ['init', '--template', 'hello', '--repository', URL, '--directory', 'k8s', '--install'];
    return spawnSync(process.execPath, [compiledCli(), ...args], { cwd: scratch, encoding: 'utf8', env });
  };
  expect(install('1')).toMatchObject({ status: 1, stderr: expect.stringMatching(/FL7607.*it ended with 1/) });
  expect(install('0')).toMatchObject({ status: 0, stdout: expect.not.stringContaining('  npm install\n') });
  expect(read('log')).toBe(`${realpathSync(join(scratch, 'k8s'))}: install\n`.repeat(2));
});

test('a dry run says the same and writes nothing', () => {
  expect(init('--repository', URL, '--directory', 'new/k8s', '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('would write new/k8s/main.ts'),
  });
  expect(treeOf(scratch)).toEqual({});
});

test.each<[string, () => void, string[], string]>([
  ['a program of somebody else', () => write('main.ts', 'theirs\n'), ['--repository', URL], 'FL7603'],
  ['no address and nobody to ask', () => {}, [], 'FL7602'],
  ['a file in the place of the folder', () => write('k8s', 'a file'), ['--repository', URL, '--directory', 'k8s'], 'FL7601'],
  ['a folder of packages', () => {}, ['--repository', URL, '--directory', 'node_modules/x'], 'FL7601'],
  [
    'a folder below another program',
    () => {
      run('git', ['init', '--quiet']);
      write('cdk8s.yaml', 'app: x\n');
    },
    ['--repository', URL, '--directory', 'k8s'],
    'FL7601',
  ],
  ['an address no cluster can read', () => {}, ['--repository', '/srv/git/x'], 'FL2'],
  ['an address with a password', () => {}, ['--repository', 'https://a:b@git.example/x'], 'FL2'],
  ['a cluster that cannot be called so', () => {}, ['--repository', URL, '--cluster', "x', {}"], 'FL7604'],
  ['a version of something else', () => {}, ['--repository', URL, '--kubernetes-version', '36'], 'FL7604'],
  ['a branch that is no branch', () => {}, ['--repository', URL, '--branch', "a'b"], 'FL7604'],
])('%s is refused, and nothing is written', (_, prepare, args, code) => {
  prepare();
  const before = treeOf(scratch);
  expect(init(...args)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(code) });
  expect(treeOf(scratch)).toEqual(before);
});
