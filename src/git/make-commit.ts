import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, withPrivateFolder } from './environment';
import { runGit } from './run';
import { withSigning } from './sign';
import type { Workplace } from './workplace';
import type { CommitRequest, FileEdit } from './writing';

const REGULAR = '100644';

/**
 * Makes a commit out of another one and edits, without a checkout: neither index nor work tree nor any ref is touched. Its id; undefined
 * where the edits change nothing. What is written is not reachable until somebody pushes it or points a ref at it.
 * Throws `SigningKeyRefused`, `SigningProgramMissing`, `GitExit`.
 */
export async function makeCommit(place: Workplace, request: CommitRequest): Promise<string | undefined> {
  return withPrivateFolder(place.scratch, 'commit', async (folder) => {
    const environment: Environment = { ...place.environment, ...signatures(request), GIT_INDEX_FILE: join(folder, 'index') };
    const git = async (args: readonly string[], input?: string, as = environment) =>
      (await runGit(args, { repository: place.repository, environment: as, signal: place.signal, input })).toString();

    const tree = await treeWith(git, request, folder);
    if (tree === (await git(['rev-parse', '--verify', `${request.parent}^{tree}`])).trim()) return undefined;
    const create = (args: readonly string[], as = environment) =>
      git(['commit-tree', '-p', request.parent, ...args, '-F', '-', tree], request.message, as);
    const made =
      request.signingKey === undefined
        ? await create([])
        : await withSigning(request.signingKey, folder, environment, (signing) => create(['-S'], signing), place.signal);
    return made.trim();
  });
}

type Git = (args: readonly string[], input?: string) => Promise<string>;

async function treeWith(git: Git, { parent, edits }: CommitRequest, folder: string): Promise<string> {
  await git(['read-tree', parent]);
  const ids = await writeBlobs(git, edits, folder);
  const modes = await modesOf(git, edits);
  const gone = '0'.repeat(parent.length);
  const lines = edits.map(({ path }, index) => {
    const id = ids[index];
    return id === undefined ? `0 ${gone}\t${path}` : `${modes.get(path) ?? REGULAR} ${id}\t${path}`;
  });
  await git(['update-index', '-z', '--index-info'], lines.map((line) => `${line}\0`).join(''));
  return (await git(['write-tree'])).trim();
}

/** Ids of the contents, undefined for files that go. */
async function writeBlobs(git: Git, edits: readonly FileEdit[], folder: string): Promise<(string | undefined)[]> {
  const paths = edits.map(({ content }, index) => (content === undefined ? undefined : join(folder, `content-${index}`)));
  await Promise.all(edits.map(({ content }, index) => content && writeFile(paths[index] as string, content, { mode: 0o600 })));
  const written = paths.filter((path) => path !== undefined);
  if (written.length === 0) return paths;
  const ids = (await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], `${written.join('\n')}\n`)).split('\n');
  return paths.map((path) => (path === undefined ? undefined : ids.shift()));
}

/** Of files there are already: an executable one stays so. */
async function modesOf(git: Git, edits: readonly FileEdit[]): Promise<Map<string, string>> {
  const wanted = new Set(edits.map(({ path }) => path));
  const modes = new Map<string, string>();
  for (const record of (await git(['ls-files', '--stage', '-z', '--full-name'])).split('\0')) {
    const match = /^(100\d{3}) [0-9a-f]+ 0\t(.*)$/s.exec(record);
    if (match !== null && wanted.has(match[2])) modes.set(match[2], match[1]);
  }
  return modes;
}

function signatures({ author }: CommitRequest): Environment {
  // Git refuses an empty name, which Flux's API allows.
  const name = author.name.trim() === '' ? author.email : author.name;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: author.email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: author.email };
}
