import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentsRepository } from '../../demo/environments-repository';
import { run } from '../../demo/run';
import type { TestBed } from '../../src/testbed/test-bed';
import { compiledCli } from '../cli/compiled-cli';

export const AGENT_IMAGE = 'ghcr.io/fairlead/fairlead-agent:1';
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@example.com',
  GIT_COMMITTER_NAME: 'Alice',
  GIT_COMMITTER_EMAIL: 'alice@example.com',
};

const MOST_MS = 250_000;

type Result = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>;

/** A copy of the podinfo example whose cluster has an agent, cloned over http; the agent follows it over ssh. The bed must have both. */
export class BootstrapRepository {
  private constructor(
    private readonly bed: TestBed,
    private readonly scratch: string,
    readonly repository: EnvironmentsRepository,
    /** Address for the agent. */
    readonly url: string,
  ) {}

  /** @param name of the repository on the bed's server */
  static async create(bed: TestBed, name: string): Promise<BootstrapRepository> {
    const scratch = mkdtempSync(join(tmpdir(), 'fairlead-bootstrap-'));
    const { url } = await bed.git.createRepository(name);
    const repository = await EnvironmentsRepository.create(join(scratch, 'environments'), url);
    await repository.edit('main.ts', (text) =>
      text
        .replace('import {\n', 'import {\n  Agent,\n')
        .replace(/^const gke = .*$/m, (line) => `${line}\nnew Agent(gke, { image: '${AGENT_IMAGE}', knownHosts: process.env.KNOWN_HOSTS });`),
    );
    return new BootstrapRepository(bed, scratch, repository, bed.gitOverSsh.url(name));
  }

  get folder(): string {
    return this.repository.folder;
  }

  /** Runs the command line here, as its own process. */
  async fairlead(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
    return this.start(args, env).result;
  }

  /** The same, for what is to be seen while it runs. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): { readonly result: Promise<Result>; readonly output: () => string } {
    const child = spawn(process.execPath, [compiledCli(), ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // What it has said by then tells more than a test that ran out of time.
      timeout: MOST_MS,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const result = new Promise<Result>((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
    return { result, output: () => stdout + stderr };
  }

  async git(...args: string[]): Promise<string> {
    return run(['git', ...args], { cwd: this.folder, env: AUTHOR });
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Commits something that changes no object, for the next bootstrap to push. */
  async bump(): Promise<void> {
    this.write('.gitignore', `${this.read('.gitignore')}# \n`);
    await this.git('commit', '--quiet', '--all', '--message', 'Nothing new');
  }

  /** Writes a file that is no part of the repository; its path. */
  scratchFile(name: string, content: string): string {
    const path = join(this.scratch, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 10 });
  }

  environment(): NodeJS.ProcessEnv {
    return {
      ...AUTHOR,
      KUBECONFIG: this.bed.kubeconfig,
      REPOSITORY_URL: this.url,
      KNOWN_HOSTS: this.bed.gitOverSsh.knownHosts,
      IMAGE_REPOSITORY: `${this.bed.registry}/stefanprodan/podinfo`,
      CI: '',
      NO_COLOR: '1',
      GITHUB_TOKEN: '',
      GH_TOKEN: '',
      GITLAB_TOKEN: '',
    };
  }
}
