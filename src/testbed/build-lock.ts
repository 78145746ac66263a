import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 250;
const BEAT_MS = 5_000;
const SILENT_MS = 30_000;

/**
 * Runs `work` while nobody else holds the same lock file. A lock whose owner is dead or silent (another container's process) is taken over.
 * It saves double work only: what is built is put in place by rename, so two owners at once would waste time and break nothing.
 */
export async function withLock<T>(file: string, onWait: (owner: number) => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let waiting = false;
  while (!(await claim(file))) {
    const owner = await ownerOf(file);
    if (owner === undefined) continue;
    if (owner === 'lost') {
      await takeAway(file);
      continue;
    }
    if (!waiting) onWait(owner);
    waiting = true;
    await sleep(RETRY_MS);
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function claim(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, file); // with its content at once, which writing in place is not
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** Process id of a living owner; undefined: the lock is free by now. */
async function ownerOf(file: string): Promise<number | 'lost' | undefined> {
  try {
    const owner = Number.parseInt(await readFile(file, 'utf8'), 10);
    const { mtimeMs } = await stat(file);
    return isAlive(owner) && Date.now() - mtimeMs < SILENT_MS ? owner : 'lost';
  } catch {
    return undefined;
  }
}

async function takeAway(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
