import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../src/testbed/command';

const MOST_MS = 120_000;

export interface HistoryEntry {
  readonly commit: string;
  readonly author: string;
  /** Paths that differ from its parent. */
  readonly files: readonly string[];
}

/** A repository as its server has it. */
export class BareRepository {
  constructor(readonly path: string) {}

  git(...args: readonly string[]): Promise<string> {
    return runCommand('git', ['--git-dir', this.path, ...args]);
  }

  async head(branch = 'main'): Promise<string> {
    return (await this.git('rev-parse', '--verify', `refs/heads/${branch}`)).trim();
  }

  async branches(): Promise<string[]> {
    return (await this.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/')).trim().split('\n');
  }

  file(path: string, reference = 'main'): Promise<string> {
    return this.git('show', `${reference}:${path}`);
  }

  /** Full message of a commit. */
  message(reference = 'main'): Promise<string> {
    return this.git('log', '-1', '--format=%B', reference);
  }

  /** Waits until a file of a branch is as asked; gives its text. */
  async until(path: string, isIt: (text: string) => boolean, what: string, branch = 'main'): Promise<string> {
    const deadline = Date.now() + MOST_MS;
    for (;;) {
      const text = (await this.branches()).includes(branch) ? await this.file(path, branch) : '(there is no such branch)';
      if (isIt(text)) return text;
      if (Date.now() > deadline) throw new Error(`${path} of branch ${branch} was never ${what}:\n${text}`);
      await sleep(100);
    }
  }

  /** Commits of a branch after another one, the oldest first. */
  async history(after: string, branch = 'main'): Promise<HistoryEntry[]> {
    const log = await this.git('log', '--reverse', '--name-only', '--format=%x00%H%n%an', `${after}..${branch}`);
    return log
      .split('\0')
      .slice(1)
      .map((entry) => {
        const [commit, author, ...files] = entry.trim().split('\n');
        return { commit, author, files: files.filter((file) => file !== '') };
      });
  }

  /** Refuses pushes by a script, or no longer. */
  async refusePushes(script: string | undefined): Promise<void> {
    const hook = join(this.path, 'hooks', 'pre-receive');
    if (script === undefined) return rm(hook);
    await mkdir(dirname(hook), { recursive: true });
    await writeFile(hook, `#!/bin/sh\n${script}\n`);
    await chmod(hook, 0o755);
  }
}
