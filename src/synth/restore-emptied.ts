import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ownershipInGit, restoreMissing } from './git-index';
import { committedOutput } from './output-folder';
import { type Owned, ownershipFile, printOwnership, union } from './ownership';
import { readOwnership } from './ownership-files';

/**
 * Undoes what the cdk8s CLI does before it runs an app: it deletes the output folder, and also the committed one when it prints elsewhere.
 * What Git knows of it comes back, so the app finds the folder as `fairlead synth` would, and an app that throws has lost nothing. Files that were
 * never added to Git are gone before our first line runs.
 *
 * Does nothing where the cdk8s CLI did not start this process, or the folders still hold something.
 */
export function restoreEmptied(root: string): void {
  const outdir = process.env.CDK8S_OUTDIR;
  if (outdir === undefined) return;
  const emptied = [...new Set([resolve(outdir), committedOutput(root)])].filter(isEmpty);
  const restored = emptied.filter((folder) => restoreMissing(root, folder));
  if (restored.length > 0) ownRestored(root);
}

/** What came back may be older than the last synth. It is ours all the same, by the ownership that Git has beside it. */
function ownRestored(root: string): void {
  const onDisk = readOwnership(root);
  for (const [layer, { owned }] of ownershipInGit(root)) {
    const known = onDisk.get(layer);
    const there: Owned = new Map([...owned].filter(([path]) => existsSync(join(root, path))));
    const text = printOwnership(union(known?.owned, there));
    if (text === (known?.text ?? '')) continue;
    const file = join(root, ownershipFile(layer));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
