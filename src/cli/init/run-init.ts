import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describeFileFault } from '../../common/describe-file-fault';
import { errors } from '../../common/errors';
import { writeEdits } from '../locks/text-edit';
import { type GitFacts, gitFacts, ignored, makeRepository } from './git-facts';
import { newRepository } from './new-repository';
import { type InitStep, planInit } from './plan-init';
import { askOnTerminal } from './questions';
import { type InitFlags, type InitSettings, settle } from './settings';
import { assertUsable } from './usable';
import { writeCodeowners } from './write-codeowners';

/** Writes a template, synthesizes it with the packages of this command, and says what is to do next. */
export async function runInit(flags: InitFlags): Promise<void> {
  const folder = nameOf(resolve(flags.directory ?? '.'));
  const git = factsOf(folder);
  const settings = await askOnTerminal((ask) => settle(flags, folder, git, ask));
  assertUsable(folder, settings);

  const steps = planInit(newRepository(settings), (path) => read(settings.root, path));
  assertProgram(steps, settings);
  for (const step of steps) print(step, settings, flags.dryRun ? WOULD : DID);
  if (flags.dryRun) return;

  mkdirSync(folder, { recursive: true });
  if (git.root === undefined) makeRepository(folder, settings.branch);
  await writeEdits(
    settings.root,
    steps.flatMap(({ edit }) => edit ?? []),
  );
  synthesize(folder);
  const owners = await writeCodeowners(folder);
  if (owners !== undefined) process.stdout.write(`  wrote   ${relative(process.cwd(), owners)} (teams)\n`);
  for (const path of ignored(folder, ['dist', 'locks', 'certs', 'secrets', '.fairlead'])) {
    process.stderr.write(`warning: Git ignores ${path}/, which has to be committed: take the pattern out of .gitignore\n`);
  }
  if (flags.install) run('npm', ['install'], folder);
  process.stdout.write(nextSteps(folder, settings, flags));
}

/** Its own name, where parts of it are links: Git says the same. Nothing is made yet. */
function nameOf(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return realpathSync(folder);
  return join(nameOf(dirname(folder)), basename(folder));
}

function factsOf(folder: string): GitFacts {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? gitFacts(folder) : factsOf(dirname(folder));
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw errors.InitFolderUnusable({ folder: join(root, path), reason: describeFileFault(cause) }, cause);
  }
}

/** Half of a template is no program. */
function assertProgram(steps: readonly InitStep[], { directory }: InitSettings): void {
  const prefix = directory === '' ? '' : `${directory}/`;
  const taken = steps.find(({ path, does, detail }) => does === 'leave' && detail === 'it was there before' && isProgram(path, prefix));
  if (taken !== undefined) throw errors.ProgramExists({ file: taken.path });
}

function isProgram(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^(?:[^/]+\.ts|cdk8s\.yaml|charts\/.*)$/.test(path.slice(prefix.length));
}

const DID = { write: 'wrote  ', merge: 'merged ', leave: 'left   ' };
const WOULD = { write: 'would write', merge: 'would merge', leave: 'would leave' };

function print({ path, does, detail }: InitStep, { root }: InitSettings, verbs: typeof DID): void {
  process.stdout.write(`  ${verbs[does]} ${relative(process.cwd(), join(root, path))}${detail === undefined ? '' : ` (${detail})`}\n`);
}

/** The repository is whole, and known to work, before anything is installed: synth lends its own packages. */
function synthesize(folder: string): void {
  const { status } = spawnSync(process.execPath, [process.argv[1], 'synth', '--no-typecheck'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw errors.InitNotSynthesized({ folder });
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (error !== undefined || status !== 0) throw errors.InstallFailed({ folder: cwd, reason: error?.message ?? `it ended with ${status}` }, error);
}

function nextSteps(folder: string, settings: InitSettings, { install }: InitFlags): string {
  const where = relative(process.cwd(), folder);
  const pipeline = pipelineToInclude(settings);
  const steps = [
    ...(pipeline === undefined ? [] : [`add to .gitlab-ci.yml: include: [{ local: ${pipeline} }]`]),
    ...(where === '' ? [] : [`cd ${where}`]),
    ...(install ? [] : ['npm install']),
    'npm test',
    'git add . && git commit',
    `npx fairlead bootstrap ${settings.clusters[0]}`,
  ];
  return `Next:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

/** The pipeline of a folder, where that of the repository is somebody else's and does not have it yet. */
function pipelineToInclude({ root, directory, forges }: InitSettings): string | undefined {
  if (directory === '' || !forges.includes('gitlab')) return undefined;
  const pipeline = `${directory}/.gitlab-ci.yml`;
  return read(root, '.gitlab-ci.yml')?.includes(pipeline) ? undefined : pipeline;
}
