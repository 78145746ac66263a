import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';
import type { TraceOptions } from './trace/run-trace';

/** `fairlead trace`: where an object comes from. */
export function traceCommand(): Command {
  const command = new Command('trace')
    .description('say where any object comes from: its release, environment, commit, file, and the line of the program')
    .argument('<kind/name>', 'as in pod/podinfo-7fff6479ff-8p7sj, svc/podinfo or Deployment/dev/podinfo')
    .option('-n, --namespace <namespace>', 'namespace of the object')
    .option('--no-program', 'do not run the program: without construct and line');
  for (const option of [...clusterOptions(), agentNamespaceOption(), outputOption()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  $ fairlead trace deployment/podinfo -n prod\n  $ fairlead trace pod/podinfo-7fff6479ff-8p7sj -n prod -o json\n\nExit codes: 0 found, 1 refused or failed.\n',
    )
    .action(async (target: string, options: TraceOptions) => {
      const { runTrace } = require('./trace/run-trace') as typeof import('./trace/run-trace');
      await runTrace(target, options);
    });
}
