import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption, timeoutOption } from './live/options';
import type { ReconcileOptions } from './reconcile/run-reconcile';

/** `fairlead reconcile`: look at it now. */
export function reconcileCommand(): Command {
  const command = new Command('reconcile')
    .description('have an environment, release or other object looked at now, and say how it ended')
    .argument('<target>', 'environment, environment/release or kind/name')
    .option('-n, --namespace <namespace>', 'namespace of the target')
    .option('--with-source', 'fetch its source first')
    .option('--force', 'of a release: install or upgrade though nothing changed, and forget failures')
    .option('--no-wait', 'only ask');
  for (const option of [...clusterOptions(), agentNamespaceOption(), timeoutOption('5m')]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
It sets the annotations of Flux's own command, so either agent understands it.

Exit codes: 0 Ready, 1 not Ready or suspended, 124 nobody came in time.

Examples:
  $ fairlead reconcile dev --with-source
  $ fairlead reconcile dev/podinfo --force
  $ fairlead reconcile ImageRepository/gke-podinfo
`,
    )
    .action(async (target: string, options: ReconcileOptions) => {
      const { runReconcile } = require('./reconcile/run-reconcile') as typeof import('./reconcile/run-reconcile');
      process.exitCode = await runReconcile(target, options);
    });
}
