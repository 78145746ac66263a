import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Content } from '../model/content';

/** A content of files in memory, by path. */
export function contentOf(files: Readonly<Record<string, Buffer | string>>): Content {
  const bytes = new Map<string, Buffer>();
  const listed = Object.keys(files)
    .sort()
    .map((name) => {
      const data = Buffer.from(files[name]);
      const digest = `sha256:${createHash('sha256').update(data).digest('hex')}`;
      bytes.set(digest, data);
      return { path: name, digest };
    });
  const whole = createHash('sha256');
  for (const file of listed) whole.update(`${file.digest} ${file.path}\n`);
  return {
    digest: `sha256:${whole.digest('hex')}`,
    files: listed,
    read: async (digests) => digests.map((digest) => bytes.get(digest)!),
  };
}

/** A chart in a folder, as it is now. Symlinks are followed, as Helm does. */
export async function chartFromFolder(folder: string): Promise<Content> {
  const files: Record<string, Buffer> = {};
  await collect(folder, '', [], files);
  return contentOf(files);
}

/** A packaged chart: its `.tgz`. The engine unpacks it, within Helm's bounds of 100 MiB and 5 MiB a file. */
export function chartFromArchive(archive: Buffer): Content {
  return contentOf({ 'chart.tgz': archive });
}

/** A chart at a path: a folder, or a `.tgz`. */
export async function chartFrom(location: string): Promise<Content> {
  return (await stat(location)).isDirectory() ? chartFromFolder(location) : chartFromArchive(await readFile(location));
}

async function collect(root: string, within: string, above: readonly string[], files: Record<string, Buffer>): Promise<void> {
  const folder = path.join(root, within);
  const real = await realpath(folder);
  // A link to a folder above would never end.
  if (above.includes(real)) return;
  for (const name of await readdir(folder)) {
    const relative = within === '' ? name : `${within}/${name}`;
    const found = await stat(path.join(root, relative));
    if (found.isDirectory()) await collect(root, relative, [...above, real], files);
    else if (found.isFile()) files[relative] = await readFile(path.join(root, relative));
  }
}
