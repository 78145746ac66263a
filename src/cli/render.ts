import { Command, Option } from 'commander';
import type { RenderOptions } from './render/run-render';
import { renderChartCommand } from './render-chart';

/** `fairlead render`: what a cluster gets. */
export function renderCommand(): Command {
  return new Command('render')
    .description('print what an environment or a cluster gets, releases rendered')
    .argument('<environment>', 'environment (or other layer), as in dev or gke/dev; a cluster is all of its layers')
    .option('--cluster <cluster>', 'cluster, where several have that environment')
    .option('--ref <ref>', 'commit, branch or tag to read (default: the files as they are)')
    .option('--show-secrets', 'print what Secrets hold')
    .option('--offline', 'fetch nothing: published charts come out of the cache')
    .addOption(new Option('-o, --output <format>', 'format').choices(['yaml', 'json']).default('yaml'))
    .addCommand(renderChartCommand())
    .addHelpText(
      'after',
      `
The committed manifests count, not the program: run fairlead synth first. No cluster is asked. Secrets stay masked, and
values that a release takes from Secrets are left out. What cannot be read or rendered is told on standard error.

Exit codes: 0 all of it is printed, 1 something is missing or an error.

Examples:
  $ fairlead render dev
  $ fairlead render gke/prod --ref v1.4.0 > prod.yaml
  $ fairlead render gke -o json | jq '.items[] | select(.kind == "Deployment") | .metadata.name'
`,
    )
    .action(async (environment: string, options: RenderOptions) => {
      const { runRender } = require('./render/run-render') as typeof import('./render/run-render');
      process.exitCode = await runRender(environment, options);
    });
}
