import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { errors } from '../../../common/errors';

/**
 * Content of a file that is secret, byte for byte; `-` and `/dev/stdin` are standard input.
 * @throws SecretFileUnreadable, whose message has nothing of it
 */
export async function readBytes(file: string): Promise<Buffer> {
  if (isStandardInput(file)) return await buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (cause) {
    throw errors.SecretFileUnreadable({ file, reason: (cause as NodeJS.ErrnoException).code ?? 'it is no file' });
  }
}

export function isStandardInput(file: string): boolean {
  return file === '-' || file === '/dev/stdin';
}

/** Undefined where it is no UTF-8, as of PowerShell's `>`. */
export function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
