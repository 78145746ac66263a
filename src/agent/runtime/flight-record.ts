import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Reconciled, Ref } from './types';

/** An object that is being worked on, and the state of it that is. */
export interface Flight extends Ref {
  readonly uid?: string;
  readonly generation?: number;
  /** Value of the annotation people ask for a reconcile by. */
  readonly requestedAt?: string;
}

/** Two names of 253 characters and all else. */
const RECORD_BYTES = 1024;
const FREE = 0;

/**
 * Which objects are in flight, in a file of fixed places: it costs two small writes to the page cache per visit, and what is there when the process ends
 * without a word is what it was at. The file is there only while a process runs or after one crashed.
 */
export class FlightRecord {
  private readonly descriptor: number;
  private readonly freed: number[] = [];
  private places = 0;
  private open = true;

  constructor(private readonly file: string) {
    this.descriptor = openSync(file, 'w');
    ftruncateSync(this.descriptor, 0);
  }

  /** What the process before was at. Undefined: it ended in good order, or there was none. */
  static left(file: string): Flight[] | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      return undefined;
    }
    const flights: Flight[] = [];
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
      if (bytes[at] !== FREE) flights.push(...parse(bytes.subarray(at, at + RECORD_BYTES)));
    }
    return flights;
  }

  /** Notes it down; returns its place. */
  begin(flight: Flight): number {
    const place = this.freed.pop() ?? this.places++;
    const record = Buffer.alloc(RECORD_BYTES, ' ');
    record.write(JSON.stringify(flight));
    this.write(record, place);
    return place;
  }

  end(place: number): void {
    this.write(Buffer.of(FREE), place);
    this.freed.push(place);
  }

  /** The process ends in good order: nothing that is left undone is anybody's fault. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    closeSync(this.descriptor);
    rmSync(this.file, { force: true });
  }

  private write(bytes: Buffer, place: number): void {
    if (this.open) writeSync(this.descriptor, bytes, 0, bytes.length, place * RECORD_BYTES);
  }
}

export function flightOf({ kind, metadata }: Reconciled, requestedAt: string | undefined): Flight {
  const { namespace = '', name, uid, generation } = metadata;
  return { kind, namespace, name, uid, generation, requestedAt: requestedAt?.slice(0, 100) };
}

/** Cut short by a crash it says nothing. */
function parse(record: Buffer): Flight[] {
  try {
    return [JSON.parse(record.toString()) as Flight];
  } catch {
    return [];
  }
}
