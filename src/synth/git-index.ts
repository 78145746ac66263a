import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { type LayerOwnership, layerOf, OWNED_FOLDER, parseOwnership } from './ownership';

/**
 * Brings back files under `folder` that Git knows (as staged, which is HEAD where nothing is) and that are gone from disk. Files that are there
 * stay as they are. Without Git nothing happens.
 * @returns whether anything came back
 */
export function restoreMissing(root: string, folder: string): boolean {
  const under = relative(root, folder) || '.';
  const missing = git(root, ['ls-files', '-z', '--deleted', '--', under]);
  if (!missing || missing.length === 0) return false;
  return git(root, ['checkout-index', '-q', '-z', '--stdin'], missing) !== undefined;
}

/** Ownership as Git has it, by layer. Files on disk may be older than ours, when somebody restored them with Git. */
export function ownershipInGit(root: string): LayerOwnership {
  const listing = git(root, ['ls-files', '-s', '-z', '--', OWNED_FOLDER]);
  if (!listing || listing.length === 0) return new Map();
  const entries = listing.toString().split('\0').filter(Boolean).map(parseEntry);
  const blobs = git(root, ['cat-file', '--batch'], entries.map(({ id }) => `${id}\n`).join(''));
  const layers: LayerOwnership = new Map();
  for (const [index, text] of readBatch(blobs ?? Buffer.alloc(0)).entries()) {
    const { path } = entries[index];
    layers.set(layerOf(path), { text, owned: parseOwnership(path, text) });
  }
  return layers;
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

function git(cwd: string, args: readonly string[], input?: string | Buffer): Buffer | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'ignore'] });
  return status === 0 ? stdout : undefined;
}
