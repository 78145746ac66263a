import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeFileFault } from '../../common/describe-file-fault';
import { errors } from '../../common/errors';
import { holdSignals } from '../hold-signals';

/** A file as it shall be. The path is relative to the folder of cdk8s.yaml, with `/`. */
export interface TextEdit {
  readonly path: string;
  readonly text: string;
  /**
   * The text it was made from, `null` for no file: what somebody else wrote since is kept.
   * @default - whatever is there is replaced
   */
  readonly before?: string | null;
}

/**
 * Writes files of the working tree, each whole or not at all: all are written beside their places before the first takes its place.
 * @throws FileChanged, FileUnwritable
 */
export async function writeEdits(root: string, edits: readonly TextEdit[]): Promise<void> {
  const scratchOf = new Map(edits.map((edit) => [edit, resolve(root, `${edit.path}.${randomBytes(4).toString('hex')}.tmp`)]));
  await holdSignals(async () => {
    try {
      for (const [{ path, text }, scratch] of scratchOf) await written(path, () => writeBeside(scratch, text));
      for (const edit of edits) await assertUnchanged(root, edit);
      for (const [{ path }, scratch] of scratchOf) await written(path, () => rename(scratch, resolve(root, path)));
    } finally {
      // What cannot be taken away was never there.
      await Promise.allSettled([...scratchOf.values()].map((scratch) => rm(scratch, { force: true })));
    }
  });
}

async function writeBeside(scratch: string, text: string): Promise<void> {
  await mkdir(dirname(scratch), { recursive: true });
  await writeFile(scratch, text, { flag: 'wx' });
}

async function assertUnchanged(root: string, { path, before }: TextEdit): Promise<void> {
  if (before === undefined) return;
  const now = await readFile(resolve(root, path), 'utf8').catch(() => null);
  if (now !== before) throw errors.FileChanged({ file: path });
}

async function written(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw errors.FileUnwritable({ file, reason: describeFileFault(cause) }, cause);
  }
}
