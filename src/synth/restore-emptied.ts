import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { restoreMissing } from './git-index';
import { committedOutput } from './output-folder';

/**
 * Undoes what the cdk8s CLI does before it runs an app: it deletes the output folder, and also the committed one when it prints elsewhere.
 * What Git knows of it comes back, so the app finds the folder as `fairlead synth` would, and an app that throws has lost nothing. Files that were
 * never added to Git are gone before our first line runs.
 *
 * Does nothing where the cdk8s CLI did not start this process, or the folders still hold something.
 */
export function restoreEmptied(root: string): void {
  if (!isUnderCdk8s()) return;
  const outdir = process.env.CDK8S_OUTDIR!;
  for (const folder of new Set([resolve(outdir), committedOutput(root)])) {
    if (isEmpty(folder)) restoreMissing(root, folder);
  }
}

/** Whether the cdk8s CLI started this process. */
export function isUnderCdk8s(): boolean {
  return process.env.CDK8S_OUTDIR !== undefined;
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}
