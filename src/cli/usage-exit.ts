import type { Command } from 'commander';

/** For commands whose exit code 1 is an answer: arguments they do not take end with the code of trouble. */
export function usageExit(code: number, command: Command): Command {
  return command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : code));
}
