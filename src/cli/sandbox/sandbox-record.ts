import { hash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BedServer } from '../../testbed/bed-servers';

/** What another shell needs to look at a sandbox and to end it. */
export interface SandboxRecord {
  /** Folder of the platform. */
  readonly root: string;
  readonly cluster: string;
  readonly secrets: 'placeholder' | 'none';
  readonly agentNamespace: string;
  /** Folder of the test bed. */
  readonly bed: string;
  readonly agent?: BedServer;
  /** What was synced last. */
  readonly commit?: string;
}

/** The file of the sandbox of a platform: it has one at a time. */
export async function recordFile(root: string, { XDG_STATE_HOME, HOME }: NodeJS.ProcessEnv = process.env): Promise<string> {
  const state = XDG_STATE_HOME || join(HOME || homedir(), '.local', 'state');
  return join(state, 'fairlead', 'sandboxes', `${hash('sha256', await realpath(root), 'hex').slice(0, 16)}.json`);
}

/** Undefined where there is none, or none that can be read. */
export async function readRecord(file: string): Promise<SandboxRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SandboxRecord;
  } catch {
    return undefined;
  }
}

export async function writeRecord(file: string, record: SandboxRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(record, null, 2), { mode: 0o600 });
}

export async function forgetRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}
