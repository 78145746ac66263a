import { readFile } from 'node:fs/promises';

/** Last lines of a log for an error message; empty where there is no log. */
export async function lastLines(file: string, count = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
