import { Command } from 'commander';

export function synthCommand(): Command {
  return new Command('synth')
    .description('write the manifests of a program, one file per object')
    .argument('[entry]', 'TypeScript or JavaScript file to run (default: the one in app of cdk8s.yaml, else main.ts)')
    .option('-o, --output <folder>', 'write there instead (default: output of cdk8s.yaml, else dist)')
    .option('--force', 'replace files that were edited by hand or are not synth’s')
    .option('--typecheck', 'check types first, with the TypeScript of the project (default: in CI)')
    .option('--no-typecheck', 'do not check types')
    .action(async (entry: string | undefined, options: { readonly output?: string; readonly force?: boolean; readonly typecheck?: boolean }) => {
      const { runSynth } = require('./run-synth') as typeof import('./run-synth');
      await runSynth(entry, options);
    });
}
