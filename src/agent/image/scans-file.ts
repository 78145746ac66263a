import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FoundTags } from './image-repository-tags';

/** A scan as it is kept: what for, and what was found. */
export interface KeptScan extends FoundTags {
  /** Canonical name of the image. */
  readonly image: string;
}

/** Undefined where there is none, or none that can be read: the next scan makes a new one. */
export async function readScan(file: string): Promise<KeptScan | undefined> {
  try {
    const [head, ...tags] = (await readFile(file, 'utf8')).split('\n');
    const { image, revision, count } = JSON.parse(head) as { image: string; revision: string; count: number };
    return tags.length === count ? { image, revision, tags } : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. */
export async function writeScan(file: string, { image, revision, tags }: KeptScan): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const head = JSON.stringify({ image, revision, count: tags.length });
  await writeFile(`${file}.new`, [head, ...tags].join('\n'));
  await rename(`${file}.new`, file);
}
