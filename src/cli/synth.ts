import { Command } from 'commander';
import type { SynthFlags } from './run-synth';

export function synthCommand(): Command {
  return new Command('synth')
    .description('write the manifests of a program, one file per object')
    .argument('[entry]', 'TypeScript or JavaScript file to run (default: the one in app of cdk8s.yaml, else main.ts)')
    .option('-o, --output <folder>', 'write there instead (default: output of cdk8s.yaml, else dist)')
    .option('--force', 'replace files that were edited by hand or are not synth’s')
    .option('--check', 'write nothing; fail if anything would change, or if automation could not edit what is there')
    .option('--strict', 'fail where a version is part of a longer value, which automation cannot change by itself')
    .option('--typecheck', 'check types first, with the TypeScript of the project (default: in CI)')
    .option('--no-typecheck', 'do not check types')
    .option('--watch', 'synthesize again whenever a file changes, until Ctrl-C')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead synth                      # main.ts, or what app of cdk8s.yaml runs
  $ fairlead synth --watch
  $ fairlead synth --check --typecheck  # in CI: what is committed is what the program says

Exit codes: 0 written or, with --check, up to date; 1 the program or its types are wrong or, with --check, committed files are stale.
`,
    )
    .action(async (entry: string | undefined, options: SynthFlags) => {
      const { runSynth } = require('./run-synth') as typeof import('./run-synth');
      await runSynth(entry, options);
    });
}
