import { hash } from 'node:crypto';
import { digestOf } from '../common/digest';
import type { Content, ContentFile } from '../model/content';

/** Id of a blob as Git counts it: a file has the same one on disk and in a commit. */
export function blobDigest(bytes: Buffer): string {
  return `git:${hash('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]), 'hex')}`;
}

/** A folder as content. Its digest is made of those of its files, so that it too is the same wherever it is read. */
export function folderContent(files: readonly ContentFile[], read: (file: ContentFile) => Promise<Buffer>): Content {
  const byDigest = new Map(files.map((file) => [file.digest, file]));
  return {
    digest: digestOf(files.map(({ path, digest }) => `${digest} ${path}\n`).join('')),
    files,
    read: (digests) => Promise.all(digests.map((digest) => read(byDigest.get(digest) as ContentFile))),
  };
}

/** Of files sorted by path those below a folder, named from there. */
export function filesBelow(files: readonly ContentFile[], folder: string): ContentFile[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found: ContentFile[] = [];
  for (let index = firstFrom(files, prefix); index < files.length && files[index].path.startsWith(prefix); index += 1)
    found.push({ path: files[index].path.slice(prefix.length), digest: files[index].digest });
  return found;
}

function firstFrom(files: readonly ContentFile[], path: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (files[middle].path < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
