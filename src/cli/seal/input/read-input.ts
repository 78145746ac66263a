import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { describeFileFault } from '../../../common/describe-file-fault';
import { errors } from '../../../common/errors';

let isStandardInputTaken = false;

/**
 * Content of a file that may be secret, byte for byte; `-` and `/dev/stdin` are standard input.
 * @throws SecretFileUnreadable, whose message has nothing of it; SealOptionsConflict where standard input was read already
 */
export async function readInput(file: string): Promise<Buffer> {
  if (isStandardInput(file)) return await readStandardInput();
  try {
    return await readFile(file);
  } catch (cause) {
    throw errors.SecretFileUnreadable({ file, reason: describeFileFault(cause) });
  }
}

/** As text; what is no UTF-8 (as of PowerShell's `>`) throws `SecretFileUnreadable`, too. */
export async function readText(file: string): Promise<string> {
  const bytes = await readInput(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw errors.SecretFileUnreadable({ file: inputName(file), reason: 'it is no UTF-8' });
  }
}

export function isStandardInput(file: string): boolean {
  return file === '-' || file === '/dev/stdin';
}

/** What messages call it. */
export function inputName(file: string): string {
  return isStandardInput(file) ? 'standard input' : file;
}

/** It can be read once: whoever reads it again would take nothing for an empty value. */
async function readStandardInput(): Promise<Buffer> {
  if (isStandardInputTaken) {
    throw errors.SealOptionsConflict({ option: 'standard input', other: 'itself', remedy: 'name it once, and files for the rest' });
  }
  isStandardInputTaken = true;
  return await buffer(process.stdin);
}
