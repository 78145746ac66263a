import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../common/go-duration';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import type { LogsOptions } from './log/run-logs';

/** `fairlead logs`: of the agent about something, or of its Pods. */
export function logsCommand(): Command {
  const command = new Command('logs')
    .description('print what the agent wrote about an environment, a release or any object; with --workload what its Pods wrote')
    .argument('[target]', 'environment, environment/release or kind/name (default: everything the agent wrote)')
    .option('-n, --namespace <namespace>', 'namespace of the target')
    .option('--workload', "the target's own Pods, instead of the agent's")
    .option('-f, --follow', 'go on as lines come')
    .option('-p, --previous', 'of the run before the last restart')
    .option('--tail <lines>', 'with --workload: the last lines of each container only', wholeNumber)
    .option('--since <duration>', 'lines of this long ago and later, as in 10m', duration)
    .option('-c, --container <container>', 'one container of each Pod')
    .addOption(new Option('--level <level>', 'of the agent: this level and above').choices(['debug', 'info', 'warn', 'error']).default('info'))
    .addOption(new Option('-o, --output <format>', "the agent's lines as it wrote them").choices(['json']));
  for (const option of [...clusterOptions(), agentNamespaceOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  $ fairlead logs prod/podinfo --since 1h\n  $ fairlead logs prod/podinfo --workload -f\n  $ fairlead logs --level warn\n\nExit codes: 0 printed, 1 refused or failed.\n',
    )
    .action(async (target: string | undefined, options: LogsOptions, self: Command) => {
      if (options.workload && target === undefined) self.error('error: --workload needs a target');
      const { runLogs } = require('./log/run-logs') as typeof import('./log/run-logs');
      await runLogs(target, options);
    });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('give a whole number.');
  return Number(text);
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('write it like 90s or 10m.');
  return milliseconds;
}
