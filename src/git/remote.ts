import { join } from 'node:path';
import type { GitAccess } from './access';
import { withAccess } from './environment';
import { explain } from './failure';
import { runGit } from './run';
import { publicUrl, remoteUrl } from './url';

export interface RemoteOptions {
  readonly access?: GitAccess;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** What is asked for, in words, for messages. */
  readonly ref?: string;
}

/** Runs a git command that talks to a server, as one who may. Its failures come back as errors with a remedy. */
export async function runRemote(
  url: string,
  folder: string,
  args: (remote: string) => readonly string[],
  options: RemoteOptions & { readonly repository?: string },
): Promise<Buffer> {
  const { access = {}, signal, timeoutMs, repository, ref } = options;
  try {
    return await withAccess(url, access, join(folder, 'access'), (environment) =>
      runGit(args(remoteUrl(url)), { repository, environment, signal, timeoutMs }),
    );
  } catch (failure) {
    throw explain(failure, { url: publicUrl(url), secret: access.secret, timeoutMs, ref });
  }
}

/** Refs of a server by name: `refs/tags/v1.0` and, for what an annotated tag points at, `refs/tags/v1.0^{}`. */
export async function listRemote(
  url: string,
  folder: string,
  patterns: readonly string[],
  options: RemoteOptions = {},
): Promise<Map<string, string>> {
  const output = await runRemote(url, folder, (remote) => ['ls-remote', '--quiet', '--', remote, ...patterns], options);
  const refs = new Map<string, string>();
  for (const line of output.toString().split('\n')) {
    const [id, name] = line.split('\t');
    if (name !== undefined) refs.set(name, id);
  }
  return refs;
}
