import { createInterface } from 'node:readline/promises';
import type { Ask } from './settings';

/** Works with somebody to ask, where standard input and standard error are a terminal's. */
export async function askOnTerminal<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return work(undefined);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.exit(130));
  try {
    return await work(async (question, proposal) => {
      // Who ends the input gives no answer.
      const answer = await terminal.question(`${question}${proposal === undefined ? '' : ` [${proposal}]`}: `).catch(() => '');
      return answer.trim() || (proposal ?? '');
    });
  } finally {
    terminal.close();
  }
}
