import { createInterface } from 'node:readline/promises';
import { errors } from '../../common/errors';

/** Asks at the terminal, on standard error. Throws `NotConfirmed` where the answer is no, or nobody is there to ask. */
export async function confirm(question: string, what: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw errors.NotConfirmed({ what });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw errors.NotConfirmed({ what });
  } finally {
    terminal.close();
  }
}
