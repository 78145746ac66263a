import { digestOf } from '../common/digest';
import { errors } from '../common/errors';
import type { Content } from '../model/content';
import { filesIn } from './archive';

/** A file of an archive, with the digest it is known by. */
export interface ArchivedFile {
  readonly path: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Throws `ArchiveInvalid`. */
export async function archivedFiles(archive: Buffer, what: string): Promise<ArchivedFile[]> {
  return (await filesIn(archive, what)).map(({ path, bytes }) => ({ path, bytes, digest: digestOf(bytes) }));
}

/** The one folder a chart's archive holds, without its name. Throws `ArchiveInvalid` where no chart is in it. */
export async function chartFiles(archive: Buffer, what: string): Promise<ArchivedFile[]> {
  const files = (await archivedFiles(archive, what)).flatMap(({ path, ...file }) => {
    const slash = path.indexOf('/');
    return slash < 0 ? [] : [{ ...file, path: path.slice(slash + 1) }];
  });
  if (!files.some(({ path }) => path === 'Chart.yaml')) throw errors.ArchiveInvalid({ what, reason: 'there is no Chart.yaml in its folder' });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files as builders and charts read them. */
export function contentOf(files: readonly ArchivedFile[], digest: string): Content {
  const bytes = new Map(files.map((file) => [file.digest, file.bytes]));
  return {
    digest,
    files: files.map((file) => ({ path: file.path, digest: file.digest })),
    read: async (digests) => digests.map((one) => bytes.get(one) ?? Buffer.alloc(0)),
  };
}
