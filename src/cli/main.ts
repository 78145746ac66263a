#!/usr/bin/env node
import { Command } from 'commander';
import { printError } from './print-error';

// Each command's file is loaded when it is asked for: starting up is most of what a short command costs.
const commands: { readonly [name: string]: () => Command } = {
  synth: () => (require('./synth') as typeof import('./synth')).synthCommand(),
  lock: () => (require('./lock') as typeof import('./lock')).lockCommand(),
  seal: () => (require('./seal') as typeof import('./seal')).sealCommand(),
  automate: () => (require('./automate') as typeof import('./automate')).automateCommand(),
  rollback: () => (require('./rollback') as typeof import('./rollback')).rollbackCommand(),
  'release-hold': () => (require('./release-hold') as typeof import('./release-hold')).releaseHoldCommand(),
  images: () => (require('./images') as typeof import('./images')).imagesCommand(),
  validate: () => (require('./validate') as typeof import('./validate')).validateCommand(),
  crds: () => (require('./crds') as typeof import('./crds')).crdsCommand(),
  doctor: () => (require('./doctor') as typeof import('./doctor')).doctorCommand(),
  render: () => new Command('render').description('print what the parts of a program become').addCommand(renderChart()),
  agent: () => (require('./agent') as typeof import('./agent')).agentCommand(),
};

function renderChart(): Command {
  return (require('./render-chart') as typeof import('./render-chart')).renderChartCommand();
}

// Whoever reads may stop (`| head`): what the command has begun it ends all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main(): Promise<void> {
  const { version } = require('../../package.json') as { readonly version: string };
  const program = new Command('fairlead')
    .description('Kubernetes environments in TypeScript, kept equal to Git by one small agent per cluster')
    .version(version)
    // Each command's options are its own, also where one above it has the same.
    .enablePositionalOptions();
  const asked = commands[process.argv[2]];
  for (const command of asked ? [asked] : Object.values(commands)) program.addCommand(command());
  await program.parseAsync();
}

main().catch((error: unknown) => {
  printError(error);
  process.exitCode = 1;
});
