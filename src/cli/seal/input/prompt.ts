import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { errors } from '../../../common/errors';

/** A terminal that is typed into. */
export interface TerminalInput extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface Terminal {
  readonly input: TerminalInput;
  readonly output: { readonly isTTY?: boolean; write(text: string): unknown };
}

const [INTERRUPT, END, BACKSPACE, DELETE, KILL_LINE] = ['\x03', '\x04', '\b', '\x7f', '\x15'];

/** What was typed past the last answer. */
let typedAhead = '';

/** Whether somebody sits at a terminal who can be asked. Questions go to standard error, which may be one while output is piped. */
export function canAsk({ input, output }: Terminal = ownTerminal()): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/**
 * A line typed at the terminal, which does not show it.
 * @throws PromptEnded on Ctrl-C, Ctrl-D and the end of input
 */
export async function askHidden(question: string, { input, output }: Terminal = ownTerminal()): Promise<string> {
  input.setRawMode?.(true);
  output.write(question);
  input.resume();
  try {
    return await typedLine(input);
  } catch (error) {
    throw errors.PromptEnded({ question: question.trim().replace(/:$/, ''), reason: (error as Error).message });
  } finally {
    input.pause();
    input.setRawMode?.(false);
    output.write('\n');
  }
}

function typedLine(input: TerminalInput): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let line = '';
  return new Promise((resolve, reject) => {
    const stop = () => {
      input.off('data', take);
      input.off('end', ended);
    };
    const ended = () => {
      stop();
      reject(new Error('there was no more input'));
    };
    const take = (chunk: Buffer | string) => {
      const typed = [...(typeof chunk === 'string' ? chunk : decoder.write(chunk))];
      for (const [at, letter] of typed.entries()) {
        if (letter === '\r' || letter === '\n') {
          typedAhead = typed.slice(at + (letter === '\r' && typed[at + 1] === '\n' ? 2 : 1)).join('');
          stop();
          return resolve(line);
        }
        if (letter === INTERRUPT || letter === END) {
          stop();
          return reject(new Error('it was interrupted'));
        }
        if (letter === KILL_LINE) line = '';
        else if (letter === BACKSPACE || letter === DELETE) line = [...line].slice(0, -1).join('');
        else line += letter;
      }
    };
    input.on('data', take);
    input.once('end', ended);
    const before = typedAhead;
    typedAhead = '';
    if (before !== '') take(before);
  });
}

function ownTerminal(): Terminal {
  return { input: process.stdin, output: process.stderr };
}
