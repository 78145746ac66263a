import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, isDigest } from '../common/digest';

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;

/**
 * Downloaded archives and manifests on disk, named by their digest, the least recently used ones given up for new ones. Everything in it can be
 * fetched again.
 */
export class ChartArchives {
  /** @param maxBytes what the folder may hold. @default 256 MiB */
  constructor(
    private readonly folder: string,
    private readonly maxBytes = DEFAULT_MAX_BYTES,
  ) {}

  /** Undefined where it is not here, or not intact; also for what is no digest, since indexes and annotations may say anything. */
  async get(digest: string): Promise<Buffer | undefined> {
    if (!isDigest(digest)) return undefined;
    const file = this.file(digest);
    try {
      const bytes = await readFile(file);
      if (digestOf(bytes) === digest) {
        const now = new Date();
        // Somebody may have given it up just now: then it is only looked for in vain the next time.
        await utimes(file, now, now).catch(() => undefined);
        return bytes;
      }
      await rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return undefined;
  }

  /** Keeps bytes under their own digest, and gives it. */
  async put(bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    await mkdir(this.folder, { recursive: true });
    const unfinished = join(this.folder, `.${randomUUID()}`);
    await writeFile(unfinished, bytes);
    await rename(unfinished, this.file(digest));
    await this.shrink();
    return digest;
  }

  private file(digest: string): string {
    return join(this.folder, digest.replace(':', '-'));
  }

  private async shrink(): Promise<void> {
    const files = await Promise.all((await readdir(this.folder)).map(async (name) => ({ name, ...(await this.measure(name)) })));
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    files.sort((a, b) => a.usedMs - b.usedMs);
    // The last one was put here just now.
    for (const { name, bytes } of files.slice(0, -1)) {
      if (total <= this.maxBytes) return;
      await rm(join(this.folder, name), { force: true });
      total -= bytes;
    }
  }

  private async measure(name: string): Promise<{ bytes: number; usedMs: number }> {
    const found = await stat(join(this.folder, name)).catch(() => undefined);
    return { bytes: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
  }
}
