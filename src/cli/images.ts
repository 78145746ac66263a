import { Command } from 'commander';
import type { ImagesOptions } from './images/list-images';
import { outputOption } from './print/structured';

/** `fairlead images`: versions as they are, as they are locked, and as they could be. */
export function imagesCommand(): Command {
  return new Command('images')
    .description('list images and charts: what runs, what is locked, what is newest, who changes it, and holds')
    .argument('[environment]', 'environment (or other layer), as in dev or gke/dev (default: all of them)')
    .addOption(outputOption())
    .option('--cluster <cluster>', 'environments of this cluster alone')
    .option('--kubeconfig <file>', 'cluster to ask what runs (default: as kubectl)')
    .option('--context <context>', 'context of the kubeconfig')
    .addHelpText('after', '\nExample:\n  $ fairlead images\n  $ fairlead images prod -o json\n\nExit codes: 0 listed, 1 refused or failed.\n')
    .action(async (environment: string | undefined, options: ImagesOptions) => {
      const { listImages } = require('./images/list-images') as typeof import('./images/list-images');
      const { text, notes } = await listImages(environment, options);
      process.stdout.write(text);
      for (const note of notes) process.stderr.write(`${note}\n`);
    });
}
