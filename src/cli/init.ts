import { Command, Option } from 'commander';
import type { InitFlags } from './init/settings';
import { TEMPLATES } from './init/templates';

export function initCommand(): Command {
  return new Command('init')
    .description('make a working repository, or a folder of one: a program, its test, CI, and what it synthesizes')
    .addOption(new Option('-t, --template <name>', 'what to begin with').choices(TEMPLATES).default('environments'))
    .option('--directory <folder>', 'folder to write to, such as k8s in a repository of an app (default: this one)')
    .option('--repository <url>', 'where clusters read this repository (default: the remote origin)')
    .option('--branch <name>', 'branch that clusters follow (default: the one checked out, else main)')
    .option('--cluster <name...>', 'what to call the cluster; two of them for fleet')
    .option('--kubernetes-version <version>', 'version of Kubernetes it runs', '1.36')
    .addOption(new Option('--ci <forge>', 'whose CI to set up (default: by the address, else both)').choices(['github', 'gitlab', 'both', 'none']))
    .option('--install', 'run npm install too')
    .option('--codeowners', 'only write the teams of the program to CODEOWNERS, anew after they changed')
    .option('--dry-run', 'say what would be written, and write nothing')
    .addHelpText(
      'after',
      `
Files that are there are never overwritten: .gitignore, .gitattributes and package.json get what they lack, others are left.

Templates:
  environments   a chart in dev, stg and prod of one cluster
  hello          plain objects in one environment
  fleet          two clusters, infrastructure before apps

Examples:
  $ fairlead init --repository git@github.com:acme/environments --cluster gke
  $ fairlead init --template hello --directory k8s      # in the repository of an app
  $ fairlead init --codeowners                          # after a team or its namespaces changed

Exit codes: 0 written, 1 refused or failed.
`,
    )
    .action(async (flags: InitFlags) => {
      if (flags.codeowners) {
        const { runCodeowners } = require('./init/run-codeowners') as typeof import('./init/run-codeowners');
        await runCodeowners();
        return;
      }
      const { runInit } = require('./init/run-init') as typeof import('./init/run-init');
      await runInit(flags);
    });
}
