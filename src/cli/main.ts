#!/usr/bin/env node
import { Command } from 'commander';
import { addCommands } from './commands';
import { guardTerminal } from './print/guard-terminal';
import { printError } from './print-error';

// Whoever reads may stop (`| head`): what the command has begun it ends all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

guardTerminal(process.stdout);
guardTerminal(process.stderr);

async function main(): Promise<void> {
  const { version } = require('../../package.json') as { readonly version: string };
  const program = new Command('fairlead')
    .description('Kubernetes environments in TypeScript, kept equal to Git by one small agent per cluster')
    .version(version)
    // Each command's options are its own, also where one above it has the same.
    .enablePositionalOptions();
  const [first, second] = process.argv.slice(2);
  const asked = first === 'help' ? second : first;
  addCommands(program, asked);
  // `help synht` fails as `synht` does; commander would print all of the help and say nothing.
  const isUnknown = first === 'help' && asked !== undefined && asked !== 'help' && !program.commands.some((command) => command.name() === asked);
  await program.parseAsync(isUnknown ? [asked] : process.argv.slice(2), { from: 'user' });
}

main().catch((error: unknown) => {
  printError(error);
  process.exitCode = 1;
});
