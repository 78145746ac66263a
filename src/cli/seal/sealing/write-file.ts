import { basename, dirname, resolve } from 'node:path';
import { writeEdits } from '../../locks/text-edit';

/** Writes a file whole or not at all. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  const file = resolve(path);
  await writeEdits(dirname(file), [{ path: basename(file), text }]);
}
