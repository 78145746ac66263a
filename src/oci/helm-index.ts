import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { errors } from '../common/errors';
import { type ByteRange, IndexCutter } from './helm-index-cutter';
import { type IndexedChart, parsePart, parseWhole } from './helm-index-part';

/** An index that does not come apart by indentation is parsed in one piece up to this size. */
const WHOLE_PARSE_BYTES = 20 * 2 ** 20;
/** Versions kept parsed; the charts asked for longest ago go first. */
const REMEMBERED_VERSIONS = 10_000;

/** An index on disk: which charts it has, and their versions as they are asked for. */
export class HelmIndex {
  private readonly parsed = new Map<string, Promise<readonly IndexedChart[]>>();
  private remembered = 0;
  private whole: Promise<ReadonlyMap<string, readonly IndexedChart[]>> | undefined;

  /** Of a file that was downloaded before. Throws `ChartIndexInvalid` where it is not that one any more. */
  static async open(file: string, digest: string, url: string): Promise<HelmIndex> {
    const cutter = new IndexCutter();
    const sha256 = createHash('sha256');
    let size = 0;
    for await (const chunk of createReadStream(file)) {
      size += (chunk as Buffer).length;
      sha256.update(chunk as Buffer);
      cutter.write(chunk as Buffer);
    }
    if (`sha256:${sha256.digest('hex')}` !== digest) throw errors.ChartIndexInvalid({ url, reason: 'its local copy is damaged' });
    return HelmIndex.of({ file, digest, url, size }, cutter);
  }

  /** Throws `ChartIndexInvalid` where there is no index in the file. */
  static async of(place: { readonly file: string; readonly digest: string; readonly url: string; readonly size: number }, cutter: IndexCutter) {
    const parts = cutter.end();
    const index = new HelmIndex(place.file, place.digest, place.size, place.url, parts, cutter.why ?? '');
    if (parts === undefined) await index.readWhole();
    return index;
  }

  private constructor(
    private readonly file: string,
    /** `sha256:…` of the file. */
    readonly digest: string,
    /** Bytes. */
    readonly size: number,
    private readonly url: string,
    private readonly parts: ReadonlyMap<string, ByteRange> | undefined,
    private readonly why: string,
  ) {}

  /** In the order of the index; empty for a chart it does not have. */
  versions(chart: string): Promise<readonly IndexedChart[]> {
    const known = this.parsed.get(chart);
    if (known !== undefined) {
      this.parsed.delete(chart);
      this.parsed.set(chart, known);
      return known;
    }
    const read = this.read(chart);
    this.parsed.set(chart, read);
    read.then(
      (versions) => this.remember(versions.length),
      () => this.parsed.delete(chart),
    );
    return read;
  }

  private async read(chart: string): Promise<readonly IndexedChart[]> {
    const part = this.parts?.get(chart);
    if (this.parts !== undefined && part === undefined) return [];
    if (part !== undefined) {
      try {
        return await parsePart(await this.bytes(part), chart);
      } catch (error) {
        // An alias, say: what it stands for is elsewhere in the file.
        if ((error as NodeJS.ErrnoException).code !== undefined || this.size > WHOLE_PARSE_BYTES) throw this.invalid(messageOf(error), error);
      }
    }
    return (await this.readWhole()).get(chart) ?? [];
  }

  private readWhole(): Promise<ReadonlyMap<string, readonly IndexedChart[]>> {
    this.whole ??= this.parseWhole();
    return this.whole;
  }

  private async parseWhole(): Promise<ReadonlyMap<string, readonly IndexedChart[]>> {
    if (this.size > WHOLE_PARSE_BYTES) {
      throw this.invalid(`${this.why}; written otherwise than helm repo index does, it may have ${WHOLE_PARSE_BYTES / 2 ** 20} MiB at most`);
    }
    try {
      return parseWhole(await readFile(this.file, 'utf8'));
    } catch (error) {
      throw this.invalid(messageOf(error), error);
    }
  }

  private async bytes({ from, to }: ByteRange): Promise<string> {
    const handle = await open(this.file);
    try {
      const { buffer } = await handle.read({ buffer: Buffer.alloc(to - from), position: from });
      return buffer.toString('utf8');
    } finally {
      await handle.close();
    }
  }

  private remember(versions: number): void {
    this.remembered += versions;
    if (this.remembered <= REMEMBERED_VERSIONS) return;
    // Counting anew is simpler than counting down, and costs one parse of what is still asked for.
    const latest = [...this.parsed].at(-1) as [string, Promise<readonly IndexedChart[]>];
    this.parsed.clear();
    this.parsed.set(...latest);
    this.remembered = versions;
  }

  private invalid(reason: string, cause?: unknown): Error {
    return errors.ChartIndexInvalid({ url: this.url, reason }, cause);
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
