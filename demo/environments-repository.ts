import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fairlead, root, run } from './run';

const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', '-c', 'commit.gpgsign=false'];

/** A platform team's working copy of an example: edit, synthesize, commit, push. */
export class EnvironmentsRepository {
  private constructor(
    readonly folder: string,
    private readonly url: string,
    private readonly imageRepository: string | undefined,
  ) {}

  /** @param imageRepository where its images are, other than the example says */
  static async create(folder: string, url: string, imageRepository?: string, example = 'podinfo'): Promise<EnvironmentsRepository> {
    await mkdir(folder, { recursive: true });
    await cp(join(root, 'examples', example), folder, {
      recursive: true,
      filter: (path) => !/\/(dist|locks|certs|secrets|node_modules|\.fairlead|.*\.test\.ts)$/.test(path),
    });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, '.gitignore'), 'node_modules\n');
    await run(['git', 'init', '--quiet', '--initial-branch=main', folder]);
    await run(['git', 'remote', 'add', 'origin', url], { cwd: folder });
    return new EnvironmentsRepository(folder, url, imageRepository);
  }

  /** Changes a file by a function of its text; fails where nothing would change. */
  async edit(path: string, change: (text: string) => string): Promise<void> {
    const file = join(this.folder, path);
    const before = await readFile(file, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${path} changed nothing`);
    await writeFile(file, after);
  }

  /** What `fairlead synth` printed. */
  synth(...options: readonly string[]): Promise<string> {
    return this.runFairlead('synth', 'main.ts', ...options);
  }

  /** What a command of the CLI printed that ran here. */
  runFairlead(...command: readonly string[]): Promise<string> {
    const env = { REPOSITORY_URL: this.url, CI: '', ...(this.imageRepository && { IMAGE_REPOSITORY: this.imageRepository }) };
    return run([...fairlead, ...command], { cwd: this.folder, env });
  }

  /** Brings what others pushed; gives its last commit, message and all. */
  async pull(): Promise<string> {
    await run(['git', 'pull', '--quiet', '--ff-only', 'origin', 'main'], { cwd: this.folder });
    return run(['git', 'log', '-1', '--format=%h %an: %B'], { cwd: this.folder });
  }

  /** Commits everything and pushes; gives the commit. */
  async push(message: string): Promise<string> {
    await run(['git', ...author, 'add', '--all'], { cwd: this.folder });
    await run(['git', ...author, 'commit', '--quiet', '--message', message], { cwd: this.folder });
    await run(['git', 'push', '--quiet', 'origin', 'main'], { cwd: this.folder });
    return (await run(['git', 'rev-parse', 'HEAD'], { cwd: this.folder })).trim();
  }
}
