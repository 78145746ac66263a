import { Command, InvalidArgumentError, Option } from 'commander';
import { clusterOptions } from './cluster/options';
import type { DiffOptions } from './diff/run-diff';
import { outputOption } from './print/structured';
import { usageExit } from './usage-exit';

/** `fairlead diff`: what a change does. */
export function diffCommand(): Command {
  const command = new Command('diff')
    .description('say what a change does, per cluster, environment, release and object, with releases rendered')
    .argument('[ref]', 'commit to compare with what the program gives now, or two as a..b, or a...b since they parted (default: HEAD)')
    .option('--merge-base', 'compare with the last commit that ref and HEAD have in common, as for a pull request to ref')
    .option('--between <names...>', 'compare two environments (or clusters) of one tree instead, as in --between stg prd')
    .addOption(
      new Option('--cluster [name]', 'compare the live cluster with what it would get, by a dry run on its API server').conflicts([
        'between',
        'mergeBase',
      ]),
    )
    .option('--no-synth', 'compare with the output folder as it lies there, without running the program')
    .option('--branch <branch>', 'branch the change goes to: clusters that follow it change now, others later (default: told by CI or Git)')
    .option('--offline', 'fetch no chart: one that is not in the cache is not rendered')
    .option('--summary', 'only what it means, no diff of each object')
    .option('--markdown', 'as a comment on a pull request')
    .addOption(new Option('--max-size <characters>', 'how long that may be; GitLab takes 1000000').argParser(positive).default(65_536))
    .addOption(outputOption().conflicts('markdown'))
    .addHelpText(
      'after',
      `
Nothing is written, and no cluster is asked but with --cluster. What is secret is masked on both sides.

Exit codes: 0 the same, 1 different, 2 an error, or nothing differs that can be seen and a release cannot be rendered.

Examples:
  $ fairlead diff
  $ fairlead diff origin/main --merge-base --markdown > comment.md
  $ fairlead diff v1.4.0..v1.5.0 --summary
  $ fairlead diff --between stg prd
  $ fairlead diff --cluster --context gke
`,
    )
    .action(async (ref: string | undefined, options: DiffOptions) => {
      const { runDiff } = require('./diff/run-diff') as typeof import('./diff/run-diff');
      await runDiff(ref, options);
    });
  for (const option of clusterOptions()) command.addOption(option);
  return usageExit(2, command);
}

function positive(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 2000) throw new InvalidArgumentError('Give a number of characters, 2000 at least.');
  return size;
}
