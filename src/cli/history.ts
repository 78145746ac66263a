import { Command, InvalidArgumentError } from 'commander';
import { clusterOptions } from './cluster/options';
import type { HistoryOptions } from './history/run-history';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';

const MOST = 10;

/** `fairlead history`: who changed what, and how it ended. */
export function historyCommand(): Command {
  const command = new Command('history')
    .description('list what an environment or release was: when, which commit, by whom, which versions, and how it ended')
    .argument('[target]', 'environment or environment/release (default: every environment)')
    .option('-n, --namespace <namespace>', 'namespace of the release')
    .option('--max <count>', 'rows at most', count, MOST);
  for (const option of [...clusterOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
The cluster remembers a few outcomes of each environment and the revisions of each release; authors, subjects and versions are read from the clone
that it is run in.

Examples:
  $ fairlead history prod
  $ fairlead history prod/podinfo --max 3 -o json

Exit codes: 0 listed, 1 refused or failed.
`,
    )
    .action(async (target: string | undefined, options: HistoryOptions) => {
      const { runHistory } = require('./history/run-history') as typeof import('./history/run-history');
      await runHistory(target, options);
    });
}

function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('give a whole number above 0.');
  return Number(text);
}
