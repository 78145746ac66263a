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
