import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionScript } from '../../../src/cli/completion/completion-script';

let repository: string;
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'fairlead-completion-'));
  for (const folder of ['gke/dev', 'gke/prod', 'gke/_sync', 'eks/dev', 'eks/stg/dev'])
    mkdirSync(join(repository, 'manifests', folder), { recursive: true });
  mkdirSync(join(repository, 'charts'));
  writeFileSync(join(repository, 'cdk8s.yaml'), 'app: x\noutput: manifests\n');
});
afterAll(() => rmSync(repository, { recursive: true }));

/** What a shell offers for a line: the last word is being written. */
type Offers = (line: string) => string[];

const run = (command: string, args: readonly string[]) => {
  const { stdout, stderr, status } = spawnSync(command, args, {
    cwd: join(repository, 'charts'),
    encoding: 'utf8',
    env: { ...process.env, HOME: repository },
  });
  if (status !== 0 || stderr !== '') throw new Error(`${status} ${stderr}`);
  return stdout.split('\n').filter((word) => word !== '');
};

/** As bash parts words, `=` is one. */
const bash: Offers = (line) => {
  const words = line.split(' ').flatMap((word) => word.split(/(=)/).filter((part, index) => part !== '' || index === 0));
  const program = `${completionScript('bash')}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _fairlead; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', ['--norc', '-c', program]);
};

/** zsh completes on a terminal only: what its own functions are given is looked at. */
const zsh: Offers = (line) => {
  const words = line.split(' ');
  const stubs = `compdef() { :; }; compset() { cur="\${cur#*=}"; }; _files() { :; }; _describe() { [ "$1" = -o ] && shift; local -a all=(\${(P)2}); print -l -- \${(M)\${all%%:*}:#$cur*}; }`;
  const program = `${stubs}\n${completionScript('zsh')}\nwords=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _fairlead`;
  return run('zsh', ['-f', '-c', program]);
};

const fish: Offers = (line) => {
  const offered = run('fish', ['--no-config', '-c', `${completionScript('fish')}\ncomplete -C '${line}'`]).map((word) => word.split('\t')[0]);
  return offered.map((word) => word.replace(/^--[\w-]+=/, ''));
};

const isInstalled = (shell: string) => spawnSync(shell, ['--version']).error === undefined;
const shells: [string, Offers][] = [
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
];

describe.each(shells)('%s', (shell, offers) => {
  const it = isInstalled(shell) ? test : test.skip;

  it.each<[string, string[]]>([
    ['fairlead ini', ['init']],
    ['fairlead seal key', ['keys']],
    ['fairlead --vers', ['--version']],
    ['fairlead init --temp', ['--template']],
    ['fairlead init --template f', ['fleet']],
    ['fairlead init -t f', ['fleet']],
    ['fairlead init --template=f', ['fleet']],
    ['fairlead init --template fleet --dry', ['--dry-run']],
    ['fairlead automate of', ['off']],
    ['fairlead automate off p', ['prod']],
    ['fairlead automate --cluster gke off p', ['prod']],
    ['fairlead images --cluster e', ['eks']],
    ['fairlead lock s', ['set', 'stg']],
    ['fairlead lock set de', ['dev']],
    ['fairlead seal --kubeconfig keys --control', ['--controller-name', '--controller-namespace']],
    ['fairlead completion z', ['zsh']],
    ['fairlead synth --no', ['--no-typecheck']],
    ['fairlead nothing --x', []],
  ])('%s', (line, expected) => expect([...new Set(offers(line))].sort()).toEqual(expected));

  it('environments and clusters are offered once, without what is not the user’s', () => {
    expect(offers('fairlead rollback ').sort()).toEqual(['dev', 'prod', 'stg']);
    expect(offers('fairlead images --cluster ').sort()).toEqual(['eks', 'gke']);
  });
});

test('a folder whose name is a command runs nothing', () => {
  const folder = join(repository, 'manifests', 'gke', '$(touch ran)');
  mkdirSync(folder);
  try {
    expect(bash('fairlead rollback ').sort()).toEqual(['dev', 'prod', 'stg']);
    expect(readdirSync(join(repository, 'charts'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a folder that is no repository has no names, and none is an error', () => {
  const program = `${completionScript('bash')}\ncd /; _fairlead_names 1; _fairlead_names 2`;
  expect(run('bash', ['--norc', '-c', program])).toEqual([]);
});
