import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { OWNED_FOLDER, type Owned, parseOwnership } from './ownership';

/**
 * Brings back files under `folder` that Git knows (as staged, which is HEAD where nothing is) and that are gone from disk. Files that are there
 * stay as they are. Without Git nothing happens.
 * @returns how many there are now that were not before
 */
export function restoreMissing(root: string, folder: string): number {
  const under = relative(root, folder) || '.';
  const missing = git(root, ['ls-files', '-z', '--deleted', '--', under]);
  if (!missing || missing.length === 0) return 0;
  const paths = [...new Set(missing.toString().split('\0').filter(Boolean))];
  return git(root, ['checkout-index', '-q', '-z', '--stdin'], paths.join('\0')) === undefined ? 0 : paths.length;
}

/** Ownership as Git has it. The files on disk may be older than ours, when somebody restored them with Git. */
export function ownershipInGit(root: string): Owned {
  const owned: Owned = new Map();
  const listing = git(root, ['ls-files', '-s', '-z', '--', OWNED_FOLDER]);
  if (!listing || listing.length === 0) return owned;
  const entries = listing.toString().split('\0').filter(Boolean).map(parseEntry);
  const blobs = git(root, ['cat-file', '--batch'], entries.map(({ id }) => `${id}\n`).join(''));
  for (const [index, text] of readBatch(blobs ?? Buffer.alloc(0)).entries()) parseOwnership(entries[index].path, text, owned);
  return owned;
}

// `<mode> <blob> <stage>\t<path>`
function parseEntry(line: string): { readonly id: string; readonly path: string } {
  const [head, path] = line.split('\t', 2);
  return { id: head.split(' ')[1], path };
}

// `<blob> blob <size>\n<bytes>\n`, once for each blob asked for.
function readBatch(output: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const size = Number(output.toString('latin1', at, end).split(' ')[2]);
    texts.push(output.toString('utf8', end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return texts;
}

function git(cwd: string, args: readonly string[], input?: string): Buffer | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'ignore'] });
  return status === 0 ? stdout : undefined;
}
