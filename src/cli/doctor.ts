import { Command } from 'commander';
import type { DoctorOptions } from './doctor/run-doctor';
import { outputOption } from './print/structured';
import { keysOptions } from './seal/options';

/** `fairlead doctor`: what is wrong in a cluster. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description('look at a cluster, also with its agent down, and say what is wrong and what to do');
  for (const option of [outputOption(), ...keysOptions()]) command.addOption(option);
  return command.action(async (options: DoctorOptions) => {
    const { runDoctor } = require('./doctor/run-doctor') as typeof import('./doctor/run-doctor');
    process.exitCode = await runDoctor(options);
  });
}
