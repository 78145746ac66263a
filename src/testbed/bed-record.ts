import { readFile, writeFile } from 'node:fs/promises';
import { errors } from '../common/errors';
import { bedFiles } from './bed-files';
import type { GitCredentials } from './bed-git';
import type { BedServer } from './bed-servers';

/** What another process needs to use and to stop a bed. */
export interface BedRecord {
  readonly url: string;
  /** Base address of the Git server. */
  readonly git?: string;
  readonly gitCredentials?: GitCredentials;
  /** Base address of Git over SSH. */
  readonly gitOverSsh?: string;
  /** `host:port` of the registry. */
  readonly registry?: string;
  /** Source of the expression for images whose Pods are left to a process node. */
  readonly processImages: string;
  readonly servers: readonly BedServer[];
}

export function writeRecord(folder: string, record: BedRecord): Promise<void> {
  return writeFile(bedFiles(folder).record, JSON.stringify(record, undefined, 2), { mode: 0o600 });
}

export async function readRecord(folder: string): Promise<BedRecord> {
  try {
    return JSON.parse(await readFile(bedFiles(folder).record, 'utf8')) as BedRecord;
  } catch (cause) {
    throw errors.BedNotFound({ folder }, cause);
  }
}
