import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';

const FOLDER = join(__dirname, '..', '..', 'crds');

export function crdsCommand(): Command {
  return new Command('crds')
    .description('print the CustomResourceDefinitions a cluster needs, for kubectl apply --server-side -f -')
    .addHelpText('after', '\nExample:\n  $ fairlead crds | kubectl apply --server-side -f -\n\nExit codes: 0 printed, 1 failed.\n')
    .action(async () => {
      process.stdout.write(await allCrds());
    });
}

/** Every CRD that ships with the package, as one YAML stream. */
export async function allCrds(): Promise<string> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(FOLDER, name), 'utf8')));
  return texts.map((text) => (text.startsWith('---') ? text : `---\n${text}`)).join('');
}
