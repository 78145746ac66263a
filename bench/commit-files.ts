import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../demo/run';

/** A repository with these files on `main`, pushed to a URL. */
export async function commitFiles(folder: string, url: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const git = (...args: string[]) => run(['git', '-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', ...args], { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Workload');
  await git('push', '--quiet', url, 'main');
}
