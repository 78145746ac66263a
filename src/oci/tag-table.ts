/** What is known of one tag. A view: it shows what the table learns later. */
export interface KnownTag {
  /** Of what the tag points at. */
  readonly digest: string;
  /** When that was built. Absent: it does not say. */
  readonly created?: Date;
  /** Whether the tag was ever seen on another digest. */
  readonly moved: boolean;
}

/** A tag with everything the table holds of it. */
export interface TagRow {
  readonly tag: string;
  /** `sha256:…` */
  readonly digest: string;
  /** Milliseconds; NaN where the image does not say. */
  readonly createdMs: number;
  readonly moved: boolean;
  /** The digest is the last one seen, but may have changed since, or its time is not known yet. */
  readonly stale: boolean;
  /** Seconds; 0 while the tag is there. */
  readonly goneSince: number;
}

const DIGEST_BYTES = 32;
const MOVED = 1;
const STALE = 2;
const TAG = /^[\x21-\x7e]+$/;
const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Of ten thousands of tags in columns, at about 150 bytes a tag. */
export class TagTable {
  private readonly slots = new Map<string, number>();
  private columns = new Columns(0);

  get size(): number {
    return this.slots.size;
  }

  tags(): IterableIterator<string> {
    return this.slots.keys();
  }

  /** Undefined for tags that are unknown, stale or gone. */
  view(tag: string): KnownTag | undefined {
    const slot = this.slots.get(tag);
    if (slot === undefined || this.columns.flags[slot] & STALE || this.columns.goneSince[slot] !== 0) return undefined;
    return new View(this.columns, slot);
  }

  row(tag: string): TagRow | undefined {
    const slot = this.slots.get(tag);
    if (slot === undefined) return undefined;
    const { created, flags, goneSince } = this.columns;
    return {
      tag,
      digest: this.columns.digestAt(slot),
      createdMs: created[slot],
      moved: (flags[slot] & MOVED) !== 0,
      stale: (flags[slot] & STALE) !== 0,
      goneSince: goneSince[slot],
    };
  }

  /** Seconds; 0 while the tag is there; undefined where it is unknown. */
  goneSince(tag: string): number | undefined {
    const slot = this.slots.get(tag);
    return slot === undefined ? undefined : this.columns.goneSince[slot];
  }

  /** Throws a TypeError for what is no tag or no SHA-256. */
  set({ tag, digest, createdMs, moved, stale, goneSince }: TagRow): void {
    if (!TAG.test(tag) || !SHA256.test(digest)) throw new TypeError(`${tag} on ${digest} is no tag`);
    const slot = this.slots.get(tag) ?? this.add(tag);
    this.columns.digests.write(digest.slice('sha256:'.length), slot * DIGEST_BYTES, 'hex');
    this.columns.created[slot] = createdMs;
    this.columns.flags[slot] = (moved ? MOVED : 0) | (stale ? STALE : 0);
    this.columns.goneSince[slot] = goneSince;
  }

  /** In new columns, so that views of what stays and of what goes remain what they are. */
  delete(tags: readonly string[]): void {
    const rows = tags.length === 0 ? [] : [...this.slots.keys()];
    if (rows.length === 0) return;
    for (const tag of tags) this.slots.delete(tag);
    const kept = [...this.slots];
    this.columns = this.columns.pick(kept.map(([, slot]) => slot));
    for (const [index, [tag]] of kept.entries()) this.slots.set(tag, index);
  }

  private add(tag: string): number {
    const slot = this.slots.size;
    if (slot === this.columns.flags.length) this.columns = this.columns.grown();
    // A copy: a piece of a longer text would keep that text in memory.
    this.slots.set(Buffer.from(tag, 'latin1').toString('latin1'), slot);
    return slot;
  }
}

class Columns {
  readonly digests: Buffer;
  readonly created: Float64Array;
  readonly flags: Uint8Array;
  readonly goneSince: Uint32Array;

  constructor(length: number) {
    this.digests = Buffer.from(new ArrayBuffer(length * DIGEST_BYTES));
    this.created = new Float64Array(length);
    this.flags = new Uint8Array(length);
    this.goneSince = new Uint32Array(length);
  }

  digestAt(slot: number): string {
    return `sha256:${this.digests.toString('hex', slot * DIGEST_BYTES, (slot + 1) * DIGEST_BYTES)}`;
  }

  grown(): Columns {
    const { length } = this.flags;
    const columns = new Columns(Math.max(16, Math.ceil(length * 1.3)));
    columns.digests.set(this.digests);
    columns.created.set(this.created);
    columns.flags.set(this.flags);
    columns.goneSince.set(this.goneSince);
    return columns;
  }

  pick(slots: readonly number[]): Columns {
    const columns = new Columns(slots.length);
    for (const [index, slot] of slots.entries()) {
      this.digests.copy(columns.digests, index * DIGEST_BYTES, slot * DIGEST_BYTES, (slot + 1) * DIGEST_BYTES);
      columns.created[index] = this.created[slot];
      columns.flags[index] = this.flags[slot];
      columns.goneSince[index] = this.goneSince[slot];
    }
    return columns;
  }
}

/** Made by the million where policies are evaluated, so it holds nothing of its own. */
class View implements KnownTag {
  constructor(
    private readonly columns: Columns,
    private readonly slot: number,
  ) {}

  get digest(): string {
    return this.columns.digestAt(this.slot);
  }

  get created(): Date | undefined {
    const ms = this.columns.created[this.slot];
    return Number.isNaN(ms) ? undefined : new Date(ms);
  }

  get moved(): boolean {
    return (this.columns.flags[this.slot] & MOVED) !== 0;
  }
}
