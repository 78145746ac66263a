import { errors } from '../../common/errors';

/**
 * Prints what is secret to a pipe or a file; to a terminal only where the user asks for that.
 * @throws TerminalRefused
 */
export function printSecret(text: string, { show = false }: { readonly show?: boolean }): void {
  refuseTerminal(show);
  process.stdout.write(text);
}

/** Before there is anything to print, so that nobody types a passphrase in vain. Throws `TerminalRefused`. */
export function refuseTerminal(show = false): void {
  if (process.stdout.isTTY && !show) throw errors.TerminalRefused();
}
