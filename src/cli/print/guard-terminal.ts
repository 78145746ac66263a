const ESCAPE = '\u001b';
/** The styles that commands use themselves. */
const STYLE = new RegExp(`^${ESCAPE}\\[(?:0|1|2|22|3[1-6]|39)m$`);
/** Nothing but movements of the cursor: progress and questions write them by themselves, and text never is that alone. */
const MOVEMENTS = new RegExp(`^(?:\\r|${ESCAPE}\\[[\\d;]*[A-HJK])+$`);
const COMMANDS = new RegExp(`${ESCAPE}\\[[\\d;]*m|\\r(?!\\n)|[^\\P{Cc}\\t\\n\\r]|[\\u202a-\\u202e\\u2066-\\u2069]`, 'gu');

/** What names, messages and logs of others hold, such that it commands no terminal: it is shown as `\u{1b}`. */
export function terminalText(text: string): string {
  if (MOVEMENTS.test(text)) return text;
  return text.replace(COMMANDS, (command) => (STYLE.test(command) ? command : `\\u{${command.charCodeAt(0).toString(16)}}${command.slice(1)}`));
}

/** Has a terminal show commands of others instead of obeying them. Pipes and files get what there is. */
export function guardTerminal(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): void {
  if (!stream.isTTY) return;
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? terminalText(chunk) : chunk, ...rest)) as typeof stream.write;
}
