import { Command, Option } from 'commander';
import { outputOption } from './print/structured';
import { usageExit } from './usage-exit';
import type { ValidateFlags } from './validate/run-validate';

/** `fairlead validate`: what of manifests would not work. */
export function validateCommand(): Command {
  const command = new Command('validate')
    .description('say what of manifests would not work: schemas, references, ended APIs, secrets, policies')
    .argument(
      '[folder]',
      'folder of manifests, also of a repository that fairlead did not write (default: the output folder of cdk8s.yaml, else the working folder)',
    )
    .option('--kubernetes-version <version>', 'version of the clusters, such as 1.36 (default: what their manifests say, else the newest known)')
    .option('--against <version>', 'version to go to: what it does not serve any more is an error')
    .option('--policies <file>', 'TypeScript with policies of your own (default: policies.ts beside cdk8s.yaml)')
    .option('--crds <folder...>', 'more CustomResourceDefinitions, besides those in the repository, its charts and the agent')
    .addOption(new Option('--runtime <runtime>', 'who is to reconcile them: tell what it would not do').choices(['flux']))
    .option('--offline', 'fetch no charts: those of the cache alone')
    .option('--strict', 'fail where there are warnings too')
    .addOption(outputOption())
    .addOption(new Option('--format <format>', 'print a report for other tools').choices(['sarif', 'junit']).conflicts('output'))
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing found that fails, 1 findings, 2 it could not be validated.

Examples:
  $ fairlead validate
  $ fairlead validate --against 1.37
  $ fairlead validate clusters/production --kubernetes-version 1.34 --strict
  $ fairlead validate --format sarif > validate.sarif
`,
    )
    .action(async (folder: string | undefined, flags: ValidateFlags) => {
      const { runValidate } = require('./validate/run-validate') as typeof import('./validate/run-validate');
      const { printError } = require('./print-error') as typeof import('./print-error');
      try {
        const { text, fails } = await runValidate(folder, flags);
        process.stdout.write(text);
        if (fails) process.exitCode = 1;
      } catch (error) {
        printError(error);
        process.exitCode = 2;
      }
    });
  return usageExit(2, command);
}
