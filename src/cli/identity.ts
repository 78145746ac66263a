import { Command } from 'commander';
import { clusterOptions } from './cluster/options';
import { agentNamespaceOption, type LiveOptions } from './live/options';
import { type OutputFormat, outputOption } from './print/structured';

/** `fairlead identity`: the key by which a cluster's agent reads Git. */
export function identityCommand(): Command {
  const command = new Command('identity').description('print the public ssh key by which the agent of a cluster reads Git, and where to add it');
  for (const option of [outputOption(), agentNamespaceOption(), ...clusterOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead identity
  $ fairlead identity -o json | jq -r '.[0].publicKey'

Exit codes: 0 printed, 1 refused or failed.
`,
    )
    .action(async (options: LiveOptions & { readonly output?: OutputFormat }) => {
      const { printIdentity } = require('./identity/print-identity') as typeof import('./identity/print-identity');
      process.stdout.write(await printIdentity(options));
    });
}
