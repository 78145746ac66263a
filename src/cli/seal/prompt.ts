import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { errors } from '../../common/errors';

/** Whether there is somebody to ask: standard input is a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/**
 * Asks on the terminal for a line that is not shown while it is typed. The question goes to standard error, so that output stays clean.
 * @throws PromptAborted after Ctrl-C or Ctrl-D
 */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('line', resolve);
      terminal.once('close', () => reject(errors.PromptAborted({ question: question.replace(/[:\s]+$/, '') })));
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
