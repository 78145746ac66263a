import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { errors } from '../common/errors';
import { toolPath } from './cache-folder';
import { lastLines } from './log-tail';
import { type Progress, spoken } from './progress';
import { stagingModules } from './staging-modules';
import { type ToolName, toolOf } from './tools';

const REMINDER_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** Builds one tool in a scratch module and puts it into the cache. The Go module proxy gives what it is made of. */
export async function buildTool(name: ToolName, cache: string, progress: Progress): Promise<void> {
  const tool = toolOf(name);
  const started = Date.now();
  progress(`building ${name} ${tool.version}, about ${tool.minutes} min ...`);
  const reminder = setInterval(() => progress(`still building ${name} (${spoken(Date.now() - started)})`), REMINDER_MS);

  const target = toolPath(name, cache);
  const log = join(cache, 'logs', `${name}-${tool.version}.log`);
  await Promise.all([
    mkdir(join(cache, 'scratch'), { recursive: true }),
    mkdir(dirname(log), { recursive: true }),
    mkdir(dirname(target), { recursive: true }),
  ]);
  await removeAbandoned(join(cache, 'scratch'));
  const scratch = await mkdtemp(join(cache, 'scratch', `${name}-`));
  try {
    const go = new ScratchModule(name, scratch, log);
    if (tool.folder === undefined) {
      await go.run('mod', 'init', 'scratch');
      if (tool.stagingVersion) await replaceStaging(go, `${tool.module}@${tool.version}`, tool.stagingVersion);
      await go.run('get', `${tool.module}@${tool.version}`);
    } else await cp(tool.folder, scratch, { recursive: true });
    await go.run('build', '-ldflags', `-s -w ${tool.ldflags ?? ''}`, '-o', join(scratch, 'built'), tool.package);
    await rename(join(scratch, 'built'), target);
    progress(`built ${name} ${tool.version} in ${spoken(Date.now() - started)}`);
  } finally {
    clearInterval(reminder);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Scratch modules of builds that were killed. No build takes a day. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

async function replaceStaging(go: ScratchModule, module: string, version: string): Promise<void> {
  const { GoMod } = JSON.parse(await go.run('mod', 'download', '-json', module)) as { GoMod: string };
  const staging = stagingModules(await readFile(GoMod, 'utf8'));
  await go.run('mod', 'edit', ...staging.map((name) => `-replace=${name}=${name}@${version}`));
}

class ScratchModule {
  constructor(
    private readonly tool: ToolName,
    private readonly folder: string,
    private readonly log: string,
  ) {}

  /** Runs the go command; its output is logged, and its stdout returned. */
  async run(...args: string[]): Promise<string> {
    const { version } = toolOf(this.tool);
    const log = createWriteStream(this.log, { flags: args[1] === 'init' ? 'w' : 'a' });
    log.write(`$ go ${args.join(' ')}\n`);
    const child = spawn('go', args, {
      cwd: this.folder,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath -mod=mod', GOTOOLCHAIN: 'local', GOWORK: 'off', GO111MODULE: 'on' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      log.write(chunk);
    });
    child.stderr.pipe(log, { end: false });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) => reject(errors.GoMissing({ tool: this.tool }, cause)));
      child.once('close', resolve);
    }).finally(async () => {
      log.end();
      await finished(log);
    });
    if (code !== 0) throw errors.ToolBuildFailed({ tool: this.tool, version, log: this.log, tail: await lastLines(this.log) });
    return stdout;
  }
}
