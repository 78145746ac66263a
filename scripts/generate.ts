import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorsDocument } from './errors-document';
import { filesFromUpstream } from './generated-files';
import { kubernetesFiles } from './kubernetes-schemas';

const root = join(__dirname, '..');

/** Folders that hold generated files only. */
const wholly = ['crds', 'schemas/kubernetes'];

async function main(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const files = new Map<string, string | Buffer>([
    ...(await filesFromUpstream(say)),
    ...(await kubernetesFiles(say)),
    ['docs/errors.md', errorsDocument()],
  ]);
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

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
