import { Command, Option } from 'commander';
import { outputOption } from './print/structured';
import type { ValidateOptions } from './validate/validate-runtime';

/** `fairlead validate`: what of the committed manifests would not work. */
export function validateCommand(): Command {
  return new Command('validate')
    .description("name what Flux's own controllers would not do of the committed manifests and locks")
    .argument('[folder]', 'folder of manifests (default: the output folder of cdk8s.yaml)')
    .addOption(new Option('--runtime <runtime>', 'who is to reconcile them').choices(['flux']).makeOptionMandatory())
    .addOption(outputOption())
    .option('--strict', 'fail where there are findings')
    .addHelpText(
      'after',
      '\nOther validations than --runtime are not there yet.\n\nExample:\n  $ fairlead validate --runtime flux\n  $ fairlead validate --runtime flux --strict dist/gke\n',
    )
    .action(async (folder: string | undefined, options: ValidateOptions) => {
      const { validateRuntime } = require('./validate/validate-runtime') as typeof import('./validate/validate-runtime');
      const { text, fails } = await validateRuntime(folder, options);
      process.stdout.write(text);
      if (fails) process.exitCode = 1;
    });
}
