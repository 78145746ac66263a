import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { load, loadAll } from 'js-yaml';
import { allCommands } from '../../../src/cli/commands';
import { TEMPLATES } from '../../../src/cli/init/templates';
import { FakeForge } from '../../support/fake-forge';
import { treeOf } from '../../synth/apps';
import { compiledCli } from '../compiled-cli';

const ROOT = join(__dirname, '..', '..', '..');
let scratch: string;

// Whole programs, one after the other.
jest.setTimeout(120_000);

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-templates-'));
  for (const template of TEMPLATES) init(join(scratch, template), '--template', template);
});
afterAll(() => rmSync(scratch, { recursive: true }));

function run(cwd: string, command: string, args: readonly string[]) {
  const { PATH } = process.env;
  return spawnSync(command, args, { cwd, encoding: 'utf8', env: { PATH, HOME: scratch } });
}

const fairlead = (folder: string, ...args: string[]) => run(folder, process.execPath, [compiledCli(), ...args]);

/** Writes a template and, as npm install would, the packages it names. */
function init(folder: string, ...args: string[]): void {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = fairlead(folder, 'init', '--repository', 'https://git.example/acme/platform', ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === 'fairlead' ? dirname(dirname(dirname(compiledCli()))) : join(ROOT, 'node_modules', name), link);
  }
}

describe.each(TEMPLATES)('%s', (template) => {
  const folder = () => join(scratch, template);

  test('its own test passes at once', () => {
    const [runner, ...args] = (JSON.parse(readFileSync(join(folder(), 'package.json'), 'utf8')).scripts.test as string).split(' ');
    expect(run(folder(), join(ROOT, 'node_modules', '.bin', runner), args)).toMatchObject({ status: 0, stdout: expect.stringContaining('# pass 1') });
  });

  test('its own test fails where what is committed is stale', () => {
    const [manifest] = Object.keys(treeOf(folder())).filter((path) => /^dist\/.*deployment|^dist\/.*helmrelease/.test(path));
    const before = readFileSync(join(folder(), manifest), 'utf8');
    writeFileSync(join(folder(), manifest), before.replace(/$/, '# edited\n'));
    const result = run(folder(), join(ROOT, 'node_modules', '.bin', 'tsx'), ['--test', 'test/main.test.ts']);
    writeFileSync(join(folder(), manifest), before);
    expect(result).toMatchObject({ status: 1, stdout: expect.stringContaining(manifest) });
  });

  test('a synth changes nothing, and edits of its versions are what a synth would make of them', () => {
    expect(fairlead(folder(), 'synth')).toMatchObject({ status: 0, stdout: expect.stringContaining(' 0 written, 0 removed') });
    expect(fairlead(folder(), 'synth', '--check', '--strict')).toMatchObject({ status: 0, stderr: '' });
  });

  test('no blank of a template is left', () => {
    for (const [path, text] of Object.entries(treeOf(folder()))) {
      expect(`${path}\n${text}`).not.toMatch(/__(?!FAIRLEAD)[A-Z0-9_]+__/);
    }
  });
});

test('programs and tests have no type errors, with the compiler options that they come with', () => {
  writeFileSync(
    join(scratch, 'tsconfig.json'),
    JSON.stringify({
      extends: './hello/tsconfig.json',
      compilerOptions: { paths: { fairlead: [join(ROOT, 'src', 'index.ts')] }, typeRoots: [join(ROOT, 'node_modules', '@types')] },
      include: TEMPLATES.map((template) => `${template}/**/*.ts`),
      exclude: ['**/node_modules'],
    }),
  );
  const { status, stdout } = run(scratch, process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', scratch]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

describe('CI', () => {
  const pipelines = (): [string, string][] => {
    const monorepo = join(scratch, 'monorepo');
    init(join(monorepo, 'deploy', 'k8s'), '--template', 'hello');
    return [join(scratch, 'hello'), monorepo].flatMap((folder) =>
      Object.entries(treeOf(folder)).filter(([path]) => /\.github\/|gitlab-ci/.test(path)),
    );
  };

  test('is YAML, with scripts that a shell can read', () => {
    const scripts = pipelines().flatMap(([, text]) => loadAll(text).flatMap(scriptsIn));
    expect(scripts.length).toBeGreaterThan(8);
    for (const script of scripts) expect(run(scratch, 'sh', ['-n', '-c', script])).toMatchObject({ status: 0, stderr: '' });
  });

  test('of GitLab checks and compares in the pipeline of a merge request, which is the one that gates it', () => {
    const jobs = Object.entries(load(readFileSync(join(scratch, 'hello', '.gitlab-ci.yml'), 'utf8')) as Record<string, Job>);
    const inMergeRequests = jobs.filter(([, { rules = [] }]) => rules.some((rule) => rule.if === "$CI_PIPELINE_SOURCE == 'merge_request_event'"));
    expect(inMergeRequests.map(([name]) => name)).toEqual(['fairlead:check', 'fairlead:diff']);
  });

  /** A repository with a commit, and what makes further ones. */
  const repository = (name: string) => {
    const clone = join(scratch, name);
    cpSync(join(scratch, 'hello'), clone, { recursive: true });
    const git = (...args: string[]) => expect(run(clone, 'git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args])).toMatchObject({ status: 0 });
    const commit = (before: string, after: string) => {
      const file = join(clone, 'main.ts');
      writeFileSync(file, readFileSync(file, 'utf8').replace(before, after));
      expect(fairlead(clone, 'synth')).toMatchObject({ status: 0 });
      git('add', '.');
      git('commit', '--quiet', '--message=change');
    };
    git('add', '.');
    git('commit', '--quiet', '--message=begin');
    return { clone, git, commit };
  };
  const shell = (script: string) => ['-e', '-c', `npx() { shift; '${process.execPath}' '${compiledCli()}' "$@"; }\n${script}`];

  test('of GitHub says what a pull request changes, and nothing of what the branch got since', () => {
    const { clone, git, commit } = repository('pull-request');
    git('checkout', '--quiet', '-b', 'feature');
    commit('replicas: 1', 'replicas: 2');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'feature', '--message=what is checked out');
    git('tag', 'merge');
    git('reset', '--quiet', '--hard', 'HEAD^');
    commit("value: 'hello'", "value: 'meanwhile'");
    git('update-ref', 'refs/remotes/origin/main', 'main');
    git('checkout', '--quiet', 'merge');

    const workflow = load(readFileSync(join(clone, '.github/workflows/fairlead.yaml'), 'utf8')) as Workflow;
    const script = workflow.jobs.check.steps.find(({ name }) => name === 'what changes')?.run ?? '';
    const env = { GITHUB_BASE_REF: 'main', RUNNER_TEMP: scratch, GITHUB_STEP_SUMMARY: join(scratch, 'summary') };
    const { PATH } = process.env;
    const result = spawnSync('bash', shell(script), { cwd: clone, encoding: 'utf8', env: { PATH, HOME: scratch, ...env } });
    expect(result).toMatchObject({ status: 0 });
    const summary = readFileSync(join(scratch, 'summary'), 'utf8');
    expect(summary).toContain('replicas 1 → 2');
    expect(summary).not.toContain('meanwhile');
  });

  test('of GitLab says what a merge request changes, in one note of its own', async () => {
    const { clone, git, commit } = repository('merge-request');
    git('tag', 'base');
    commit('replicas: 1', 'replicas: 2');
    const jobs = load(readFileSync(join(clone, '.gitlab-ci.yml'), 'utf8')) as Record<string, Job>;
    const notes = [{ id: 1, author: { id: 7 }, body: '<!-- fairlead --> of somebody else' }];
    const server = new FakeForge(({ method, path, headers, body }) => {
      if (headers['private-token'] !== 'glpat-fake') return { status: 401 };
      if (path === '/user') return { status: 200, body: { id: 8 } };
      const [, id] = /^\/projects\/5\/merge_requests\/6\/notes(?:\/(\d+))?$/.exec(path) ?? [path];
      if (method === 'GET') return { status: 200, body: notes };
      if (method === 'POST') notes.push({ id: 2, author: { id: 8 }, body: body.body as string });
      else notes.find((note) => note.id === Number(id))!.body = body.body as string;
      return { status: 200, body: {} };
    });
    const env = {
      CI_MERGE_REQUEST_DIFF_BASE_SHA: 'base',
      CI_MERGE_REQUEST_PROJECT_ID: '5',
      CI_MERGE_REQUEST_IID: '6',
      CI_API_V4_URL: await server.start(),
    };
    const runs = async (more: object = {}) => {
      const { PATH } = process.env;
      const script = shell(jobs['fairlead:diff'].script!.join('\n'));
      return await promisify(execFile)('bash', script, { cwd: clone, env: { PATH, HOME: scratch, TMPDIR: scratch, ...env, ...more } });
    };
    try {
      expect(await runs()).toMatchObject({ stdout: expect.stringContaining('replicas 1 → 2') });
      expect(server.requests).toEqual([]);

      await runs({ GITLAB_TOKEN: 'glpat-fake' });
      expect(notes[1].body).toMatch(/^<!-- fairlead -->\n[\s\S]*replicas 1 → 2/);
      commit('replicas: 2', 'replicas: 3');
      await runs({ GITLAB_TOKEN: 'glpat-fake' });
      expect(notes.map(({ body }) => body)).toEqual(['<!-- fairlead --> of somebody else', expect.stringContaining('replicas 1 → 3')]);
      await expect(runs({ GITLAB_TOKEN: 'glpat-revoked' })).rejects.toMatchObject({ stderr: expect.stringMatching(/GET \S+\/user: 401/) });
    } finally {
      await server.stop();
    }
  });
});

test('every command that the files name is there, with its flags', () => {
  const unknown = TEMPLATES.flatMap((template) => Object.entries(treeOf(join(scratch, template))))
    .filter(([path]) => !/^(dist|locks|\.fairlead|node_modules)\//.test(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/(?:npx |"|# )fairlead ([a-z].*)/g)].flatMap(([, line]) => problems(line).map((problem) => `${path}: ${problem}`)),
    );
  expect(unknown).toEqual([]);
});

interface Job {
  readonly rules?: readonly { readonly if?: string }[];
  readonly script?: readonly string[];
}

interface Workflow {
  readonly jobs: { readonly check: { readonly steps: readonly { readonly name?: string; readonly run?: string }[] } };
}

/** Texts of `run` and `script` anywhere in a pipeline. */
function scriptsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    /^(run|script|before_script)$/.test(key) ? [below].flat().filter((text) => typeof text === 'string') : scriptsIn(below),
  );
}

function problems(line: string): string[] {
  const [name, ...words] = line
    .split(/["#|>&`]/)[0]
    .trim()
    .split(/\s+/);
  const program = new Command('fairlead');
  for (const command of allCommands()) program.addCommand(command);
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) return [`no command ${name}`];
  return words
    .filter((word) => word.startsWith('-') && !command.options.some(({ short, long }) => word === short || word === long))
    .map((flag) => `${name} has no ${flag}`);
}
