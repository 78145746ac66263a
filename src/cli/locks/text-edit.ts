import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file as it shall be. The path is relative to the folder of cdk8s.yaml, with `/`. */
export interface TextEdit {
  readonly path: string;
  readonly text: string;
}

/** Writes files of the working tree, each whole or not at all: all are written beside their places before the first takes its place. */
export async function writeEdits(root: string, edits: readonly TextEdit[]): Promise<void> {
  const written: { readonly scratch: string; readonly path: string }[] = [];
  try {
    for (const { path, text } of edits) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      const scratch = join(root, `${path}.${randomBytes(4).toString('hex')}.tmp`);
      written.push({ scratch, path: join(root, path) });
      await writeFile(scratch, text);
    }
    for (const { scratch, path } of written) await rename(scratch, path);
  } finally {
    await Promise.all(written.map(({ scratch }) => rm(scratch, { force: true })));
  }
}
