import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errors } from '../common/errors';
import { readTar, type TarFile } from './tar';

/** An archive may be so large once it is unpacked, as in Helm. */
const MOST_UNPACKED_BYTES = 100 * 2 ** 20;

const unzip = promisify(gunzip);

/** Files of a tar+gzip archive by their paths from its root, sorted. Throws `ArchiveInvalid`, also for paths that lead out of it. */
export async function filesIn(archive: Buffer, what: string): Promise<TarFile[]> {
  const invalid = (reason: string, cause?: unknown) => errors.ArchiveInvalid({ what, reason }, cause);
  const files = new Map<string, TarFile>();
  try {
    for (const { path, bytes } of readTar(await unzip(archive, { maxOutputLength: MOST_UNPACKED_BYTES }))) {
      const clean = cleanPath(path);
      if (clean === undefined) throw invalid(`its file ${JSON.stringify(path)} leads out of it`);
      // As when it is unpacked: the last file of a name counts.
      files.set(clean, { path: clean, bytes });
    }
  } catch (error) {
    if (errors.ArchiveInvalid.is(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw invalid(`it is over ${MOST_UNPACKED_BYTES / 2 ** 20} MiB unpacked`);
    throw invalid(error instanceof Error ? error.message : String(error), error);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function cleanPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}
