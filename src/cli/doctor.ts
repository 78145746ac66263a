import { Command } from 'commander';
import type { DoctorOptions } from './doctor/run-doctor';
import { agentNamespaceOption } from './live/options';
import { outputOption } from './print/structured';
import { keysOptions } from './seal/options';

/** `fairlead doctor`: what is wrong in a cluster. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description('look at a cluster, also with its agent down, and say what is wrong and what to do');
  for (const option of [outputOption(), agentNamespaceOption(), ...keysOptions()]) command.addOption(option);
  return command
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing failed, 1 something did, or the cluster cannot be asked.\n\nExample:\n  $ fairlead doctor --context production\n',
    )
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = require('./doctor/run-doctor') as typeof import('./doctor/run-doctor');
      process.exitCode = await runDoctor(options);
    });
}
