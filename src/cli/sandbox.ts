import { Command, Option } from 'commander';
import { timeoutOption } from './live/options';
import { type OutputFormat, outputOption } from './print/structured';
import type { UpOptions } from './sandbox/run-up';

/** `fairlead sandbox`: a throw-away cluster that runs what is in the working tree. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('prove the working tree on a throw-away cluster: a real control plane and agent with fake nodes, without Docker')
    .addCommand(upCommand())
    .addCommand(statusCommand())
    .addCommand(downCommand())
    .addHelpText(
      'after',
      `
Example:
  $ fairlead sandbox up && fairlead sandbox down

Exit codes: those of the commands above; 1 an error.
`,
    );
}

function upCommand(): Command {
  return new Command('up')
    .description('boot a sandbox, or sync the working tree again into the one that runs; wait until everything is Ready')
    .option('--cluster <cluster>', 'cluster of the output, where there are several')
    .addOption(
      new Option('--secrets <how>', 'Secrets that others make: placeholder has their keys and dummy values, none leaves them to you')
        .choices(['placeholder', 'none'])
        .default('placeholder'),
    )
    .option('--keep', 'leave it for a look where something does not become Ready')
    .option('--offline', 'fetch nothing: published charts come out of the cache')
    .addOption(timeoutOption('5m'))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The committed manifests count as they lie on disk, so run fairlead synth first. Everything comes from a Git server of the sandbox,
charts too; nothing outside is asked or written. Pods are played: images are not pulled.

Exit codes: 0 everything is Ready, 1 something is not (it is named with the reason), or an error.

Examples:
  $ fairlead synth && fairlead sandbox up
  $ fairlead sandbox up --cluster gke --timeout 2m --offline && fairlead sandbox down
`,
    )
    .action(async (options: UpOptions) => {
      const { runUp } = require('./sandbox/run-up') as typeof import('./sandbox/run-up');
      process.exitCode = await runUp(options);
    });
}

function statusCommand(): Command {
  return new Command('status')
    .description('show what runs in the sandbox of this platform')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Exit codes: 0 everything is Ready, 1 something is not, or no sandbox runs.

Example:
  $ fairlead sandbox status -o json
`,
    )
    .action(async (options: { readonly output?: OutputFormat }) => {
      const { runStatus } = require('./sandbox/run-status') as typeof import('./sandbox/run-status');
      process.exitCode = await runStatus(options);
    });
}

function downCommand(): Command {
  return new Command('down')
    .description('end the sandbox of this platform, and leave nothing of it')
    .addHelpText('after', '\nExample:\n  $ fairlead sandbox down\n\nExit codes: 0 done, 1 refused or failed.\n')
    .action(async () => {
      const { runDown } = require('./sandbox/run-down') as typeof import('./sandbox/run-down');
      await runDown();
    });
}
