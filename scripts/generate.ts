import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { agentChartFiles } from './agent-chart/chart-files';
import { errorsDocument } from './errors-document';
import { filesFromUpstream } from './generated-files';
import { kubernetesFiles } from './kubernetes-schemas';

const root = join(__dirname, '..');

/** @param part `chart` for what takes no download */
async function main(part: string | undefined): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  if (part !== 'chart') {
    await bringUpToDate(
      new Map<string, string | Buffer>([...(await filesFromUpstream(say)), ...(await kubernetesFiles(say)), ['docs/errors.md', errorsDocument()]]),
      ['crds', 'schemas/kubernetes'],
    );
  }
  // It holds the definitions that were written just now.
  await bringUpToDate(agentChartFiles(), ['charts/fairlead-agent/files/crds']);
}

/** @param wholly folders that hold generated files only */
async function bringUpToDate(files: ReadonlyMap<string, string | Buffer>, wholly: readonly string[]): Promise<void> {
  for (const folder of wholly) await removeOthers(folder, new Set(files.keys()));
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  process.stdout.write(`${files.size} files are up to date\n`);
}

async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  const there = await readdir(join(root, folder)).catch(() => []);
  for (const name of there) if (!wanted.has(`${folder}/${name}`)) await rm(join(root, folder, name));
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
