import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { errors } from '../../../common/errors';

/**
 * Content of a file that is secret, or of standard input for `-`.
 * @throws SecretFileUnreadable, whose message has nothing of it
 */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw errors.SecretFileUnreadable({ file, reason: (cause as NodeJS.ErrnoException).code ?? 'it is no text' });
  }
}
