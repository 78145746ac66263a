import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applySync } from '../../demo/bootstrap';
import { isReady, until } from '../../demo/observe';
import { root, run } from '../../demo/run';
import { AGENT_NAMESPACE, announce } from '../../demo/world';
import { kinds } from '../../src/model/kinds';
import { GitHost } from './git-host';
import { secretManifest, type Values } from './sealed-values';
import type { SealingCluster } from './sealing-cluster';

/** The one cluster of the program, and its one environment. */
export const CLUSTER = 'east';
export const ENVIRONMENT = 'apps';
const REPOSITORY = 'environments';
const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

/** A repository with a program that has SealedSecrets, on a Git server of its own; clusters come and go beside it. */
export class SealedProgram {
  /** @param statements with `apps`, the environment. @param files more that are committed, by path */
  static async create(statements: string, files: Readonly<Record<string, string>> = {}): Promise<SealedProgram> {
    const host = await GitHost.start();
    const scratch = await mkdtemp(join(tmpdir(), 'fairlead-sealed-'));
    const { url } = await host.createRepository(REPOSITORY);
    const program = new SealedProgram(host, url, scratch);
    await mkdir(program.folder);
    await symlink(join(root, 'node_modules'), join(program.folder, 'node_modules'));
    const all = {
      '.gitignore': 'node_modules\n',
      'cdk8s.yaml': 'language: typescript\napp: node main.ts\n',
      'main.ts': programText(statements),
      ...files,
    };
    for (const [path, text] of Object.entries(all)) await program.write(path, text);
    await program.git('init', '--quiet', '--initial-branch=main');
    await program.git('remote', 'add', 'origin', url);
    return program;
  }

  private constructor(
    private readonly host: GitHost,
    private readonly url: string,
    private readonly scratch: string,
  ) {}

  /** The working copy. */
  get folder(): string {
    return join(this.scratch, REPOSITORY);
  }

  /** Runs the CLI here, as the cluster's admin. @returns its stdout */
  fairlead(
    cluster: SealingCluster,
    args: readonly string[],
    options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<string> {
    return cluster.fairlead(args, { ...options, cwd: this.folder, env: { REPOSITORY_URL: this.url, ...options.env } });
  }

  /** Seals values for a Secret of the environment, as people pipe a manifest. */
  seal(cluster: SealingCluster, name: string, values: Values, ...options: readonly string[]): Promise<string> {
    const input = secretManifest(ENVIRONMENT, name, values);
    return this.fairlead(cluster, ['seal', `${CLUSTER}/${ENVIRONMENT}/${name}`, ...options], { input });
  }

  /** Synthesizes, commits and pushes. @returns the commit */
  async publish(cluster: SealingCluster, message: string): Promise<string> {
    await this.fairlead(cluster, ['synth', 'main.ts']);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    await this.git('push', '--quiet', 'origin', 'main');
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  /** Applies what the agent starts from, as a person does once. */
  async bootstrap(cluster: SealingCluster): Promise<void> {
    await applySync(cluster.client, join(this.folder, 'dist', CLUSTER, '_sync'));
  }

  /** Tells the agent at once of a push, as a webhook would. */
  async announce(cluster: SealingCluster): Promise<void> {
    await announce(cluster.client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: REPOSITORY });
  }

  /** Waits until every layer has applied a commit and is Ready. */
  async applied(cluster: SealingCluster, commit: string): Promise<void> {
    await until(cluster.client, kinds.Kustomization, {}, `all layers at ${commit.slice(0, 7)}`, (objects) =>
      objects.length > 1 &&
      objects.every((object) => isReady(object) && (object.status as { lastAppliedRevision?: string }).lastAppliedRevision?.endsWith(commit))
        ? true
        : undefined,
    );
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  git(...args: readonly string[]): Promise<string> {
    return run(['git', ...author, ...args], { cwd: this.folder });
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 10 });
  }
}

function programText(statements: string): string {
  return `import { ChartSource, Cluster, Environment, HelmRelease, Platform, Repository, SealedSecret, Secrets, ValuesFrom } from 'fairlead';
import { Duration } from 'cdk8s';

const platform = new Platform({ repository: Repository.git(process.env.REPOSITORY_URL!, { branch: 'main' }) });
const apps = new Environment(new Cluster(platform, '${CLUSTER}', { kubernetesVersion: '1.36' }), '${ENVIRONMENT}');
${statements}
platform.synth();
`;
}
