import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../common/go-duration';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';
import type { SuspendOptions } from './suspend/run-suspend';

/** `fairlead suspend`: something is left alone for a while, whatever Git says. */
export function suspendCommand(): Command {
  const command = new Command('suspend')
    .description('break-glass: have the agent leave something alone for a while, whatever Git says')
    .argument('[target]', 'cluster, environment, release, or kind/name')
    .addOption(new Option('--for <duration>', 'how long, such as 2h; at most 720h').argParser(milliseconds))
    .option('--reason <text>', 'why, for everybody who finds it')
    .option('--list', 'show what is suspended')
    .option('-n, --namespace <namespace>', 'namespace of the object or release');
  for (const option of [outputOption(), agentNamespaceOption(), ...clusterOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
It is kept in the cluster, in ConfigMap fairlead-suspensions, so Git does not undo it. It ends by itself; fairlead resume ends it before.
The same again extends it.

Examples:
  $ fairlead suspend dev --for 2h --reason "trying a hotfix by hand"
  $ fairlead suspend deployment/podinfo -n dev --for 30m --reason "scaled by hand"
  $ fairlead suspend gke --for 1h --reason "network maintenance"
  $ fairlead suspend --list -o json

Exit codes: 0 done, 1 refused or failed.
`,
    )
    .action(async (target: string | undefined, options: SuspendOptions & { readonly list?: boolean }) => {
      const { listSuspensions, suspendTarget } = require('./suspend/run-suspend') as typeof import('./suspend/run-suspend');
      if (options.list) {
        process.stdout.write(await listSuspensions(options, new Date()));
        return;
      }
      const { for: forMs, reason = '' } = options;
      if (target === undefined) command.error('error: name what to suspend, or give --list');
      else if (forMs === undefined) command.error('error: --for is needed, as in --for 2h: what is forgotten must end by itself');
      else if (reason.trim() === '') command.error('error: --reason is needed: others will wonder');
      else process.stdout.write(await suspendTarget(target, { ...options, for: forMs, reason }, new Date()));
    });
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 30m or 2h.');
  return ms;
}
