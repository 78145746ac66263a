import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../common/errors';
import { annotations } from '../../model/labels';
import { nameOf } from '../../model/object';
import { type Flight, FlightRecord, flightOf } from './flight-record';
import { stalled } from './outcomes';
import { refKey, refOf } from './ref';
import { Slots } from './slots';
import { afterEnd, isHeld, noStrikes, type Strikes } from './strikes';
import type { Outcome, Reconciled, Ref, Runtime } from './types';

/** How a visit ended. */
export interface Ended {
  /** As visits are counted by. */
  readonly as: Outcome['type'] | 'superseded' | 'error';
  readonly isDone?: boolean;
}

/** One visit as the record knows it. */
export interface Entry {
  /** It only waits: should the process end now, that is not this object's doing. */
  pause(): void;
  resume(): Promise<void>;
  end(ended: Ended): void;
}

/** Visits that came to what there was to do. One that waits, or was cut short, may not have come to what kills. */
const ACQUITTING: ReadonlySet<Ended['as']> = new Set(['ready', 'failed', 'stalled', 'finalized']);

const UNRECORDED: Entry = { pause: () => {}, resume: async () => {}, end: () => {} };

/**
 * Keeps the agent alive beside an object that kills it: what was in flight at two crashes in a row is left alone. After the first, suspects are visited one
 * after the other, so that the second names the one. Kept in the data folder, which outlives the container.
 */
export class Quarantine {
  private readonly suspects = new Map<string, Flight>();
  private readonly held = new Map<string, Flight>();
  private readonly turn = new Slots(1);
  private record: FlightRecord | undefined;

  constructor(
    private readonly folder: string,
    private readonly log: Runtime['log'],
  ) {}

  /** Reads what the process before left, and records from now on. */
  begin(): void {
    const file = join(this.folder, 'in-flight');
    const inFlight = FlightRecord.left(file);
    const { suspects, quarantined } = afterEnd(this.read(), inFlight);
    for (const flight of suspects) this.suspects.set(refKey(flight), flight);
    for (const flight of quarantined) this.held.set(refKey(flight), flight);
    if (inFlight !== undefined) this.log.warn('the agent before this one crashed', { inFlight: inFlight.map(nameOf) });
    if (quarantined.length > 0) this.log.error('in flight at two crashes in a row, left alone', { quarantined: quarantined.map(nameOf) });
    this.write();
    this.record = new FlightRecord(file);
  }

  /** What comes is no crash. */
  close(): void {
    this.record?.close();
    this.record = undefined;
  }

  get quarantined(): readonly Ref[] {
    return [...this.held.values()];
  }

  /** What becomes of an object that is quarantined; undefined: it may be visited. */
  outcomeFor(object: Reconciled): (Outcome & { readonly type: 'stalled' }) | undefined {
    const key = refKey(refOf(object));
    const held = this.held.get(key);
    if (held === undefined) return undefined;
    if (!isHeld(current(object), held)) {
      this.release(held);
      return undefined;
    }
    const { kind, namespace, name } = held;
    return stalled('Quarantined', errors.Quarantined({ object: nameOf(held), kind: kind.toLowerCase(), namespace, name }));
  }

  /** Notes that it is worked on; waits for its turn where it is suspect. */
  async enter(object: Reconciled, waiting: <R>(wait: Promise<R>) => Promise<R>): Promise<Entry> {
    if (this.record === undefined) return UNRECORDED;
    const flight = current(object);
    const isSuspect = this.suspects.get(refKey(flight))?.uid === flight.uid;
    if (isSuspect) await waiting(this.turn.enter());
    let place: number | undefined = this.record.begin(flight);
    const pause = () => {
      if (place === undefined) return;
      this.record?.end(place);
      place = undefined;
      if (isSuspect) this.turn.release();
    };
    return {
      pause,
      resume: async () => {
        if (isSuspect) await this.turn.enter();
        place = this.record?.begin(flight);
        if (place === undefined && isSuspect) this.turn.release();
      },
      end: ({ as, isDone = ACQUITTING.has(as) }) => {
        pause();
        if (isSuspect && isDone) this.clear(flight);
      },
    };
  }

  /** It is no more: what was held against it is not held against another one of its name. */
  forget(ref: Ref): void {
    this.release(ref);
    this.clear(ref);
  }

  private release(ref: Ref): void {
    if (this.held.delete(refKey(ref))) this.write();
  }

  private clear(ref: Ref): void {
    if (this.suspects.delete(refKey(ref))) this.write();
  }

  private get file(): string {
    return join(this.folder, 'quarantine.json');
  }

  private read(): Strikes {
    try {
      return { ...noStrikes, ...(JSON.parse(readFileSync(this.file, 'utf8')) as Partial<Strikes>) };
    } catch {
      return noStrikes;
    }
  }

  private write(): void {
    const strikes: Strikes = { suspects: [...this.suspects.values()], quarantined: [...this.held.values()] };
    writeFileSync(`${this.file}.new`, JSON.stringify(strikes));
    renameSync(`${this.file}.new`, this.file);
  }
}

function current(object: Reconciled): Flight {
  return flightOf(object, object.metadata.annotations?.[annotations.requestedAt]);
}
