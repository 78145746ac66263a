import { CORE_SCHEMA, load } from 'js-yaml';

/** Where a chart's part of `entries:` is in the file: its key's line up to the next chart's. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const DASH = 0x2d;
/** Of a line that goes over into the next chunk only its beginning is kept: enough for any key. */
const LONGEST_KEY = 4096;

const KEY = /^(?:("(?:[^"\\]|\\.)*")|('(?:[^']|'')*')|([A-Za-z0-9_./~](?:[^:#]|:(?=\S)|(?<=\S)#)*?))\s*:(?=\s|$)(.*)$/s;
const NOTHING = /^\s*(?:#.*)?$/s;

/**
 * Cuts the index of a chart repository, block YAML as `helm repo index` writes it, into the parts of its charts by indentation alone,
 * while it comes in. What it does not understand it says so of, and the index is parsed whole.
 */
export class IndexCutter {
  private readonly parts = new Map<string, ByteRange>();
  private offset = 0;
  private rest = Buffer.alloc(0);
  private restAt = 0;
  private where: 'before' | 'entries' | 'after' = 'before';
  private indent = 0;
  private open: { readonly chart: string; readonly from: number } | undefined;
  private hasApiVersion = false;
  private problem: string | undefined;

  write(chunk: Buffer): void {
    let at = 0;
    while (this.problem === undefined && at < chunk.length) {
      const end = chunk.indexOf(NEWLINE, at);
      if (end < 0) break;
      if (this.rest.length > 0) {
        this.problem = this.line(Buffer.concat([this.rest, chunk.subarray(at, end)]), 0, this.rest.length + end - at, this.restAt);
        this.rest = Buffer.alloc(0);
      } else this.problem = this.line(chunk, at, end, this.offset + at);
      at = end + 1;
    }
    if (this.rest.length === 0) this.restAt = this.offset + at;
    if (this.rest.length < LONGEST_KEY) this.rest = Buffer.concat([this.rest, chunk.subarray(at, at + LONGEST_KEY)]);
    this.offset += chunk.length;
  }

  /** The parts of all charts; undefined where this is no index as it is usually written, see `why`. */
  end(): ReadonlyMap<string, ByteRange> | undefined {
    if (this.problem === undefined && this.rest.length > 0) this.problem = this.line(this.rest, 0, this.rest.length, this.restAt);
    this.close(this.offset);
    if (!this.hasApiVersion) this.problem ??= 'it has no apiVersion';
    return this.problem === undefined ? this.parts : undefined;
  }

  /** What was not understood. */
  get why(): string | undefined {
    return this.problem;
  }

  /** What is not understood of it, if anything. */
  private line(bytes: Buffer, from: number, to: number, offset: number): string | undefined {
    let at = from;
    while (at < to && bytes[at] === SPACE) at += 1;
    const indent = at - from;
    // Nearly every line is one of these: inside of a chart.
    if (this.open !== undefined && indent > this.indent) return undefined;
    if (at === to || bytes[at] === HASH || (bytes[at] === RETURN && at + 1 === to)) return undefined;
    if (bytes[at] === TAB) return 'a tab indents';
    const text = bytes.toString('utf8', at, Math.min(to, at + LONGEST_KEY)).replace(/\r$/, '');
    if (text.includes('\r')) return 'lines end in a lone carriage return';
    if (indent === 0) return this.topLevel(text, offset);
    return this.where === 'entries' ? this.inEntries(text, bytes[at], indent, offset) : undefined;
  }

  private topLevel(text: string, offset: number): string | undefined {
    const isFirst = offset === 0 || this.where === 'before';
    if (text.startsWith('---') && NOTHING.test(text.slice(3)) && isFirst && !this.hasApiVersion) return undefined;
    const key = keyOf(offset === 0 ? text.replace(/^\uFEFF/, '') : text);
    if (key === undefined) return `line ${JSON.stringify(text.slice(0, 40))} is no key of an index`;
    if (this.where === 'entries') {
      this.close(offset);
      this.where = 'after';
    }
    if (key.name === 'apiVersion') this.hasApiVersion = true;
    if (key.name !== 'entries') return undefined;
    if (this.where === 'after') return 'there are entries twice';
    if (/^\s*\{\s*\}\s*(?:#.*)?$/.test(key.value)) this.where = 'after';
    else if (NOTHING.test(key.value)) this.where = 'entries';
    else return 'entries are in flow style';
    return undefined;
  }

  private inEntries(text: string, first: number, indent: number, offset: number): string | undefined {
    if (this.indent === 0) this.indent = indent;
    if (indent !== this.indent) return 'entries are indented unevenly';
    const isItem = first === DASH && (text.length === 1 || text[1] === ' ');
    if (isItem && this.open !== undefined) return undefined;
    const key = keyOf(text);
    if (key === undefined) return `line ${JSON.stringify(text.slice(0, 40))} is no name of a chart`;
    this.close(offset);
    if (this.parts.has(key.name)) return `chart ${key.name} is there twice`;
    this.open = { chart: key.name, from: offset };
    return undefined;
  }

  private close(offset: number): void {
    if (this.open !== undefined) this.parts.set(this.open.chart, { from: this.open.from, to: offset });
    this.open = undefined;
  }
}

/** `name: value`, quoted or plain. */
function keyOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const match = KEY.exec(line);
  if (match === null) return undefined;
  const [, double, single, plain, value] = match;
  try {
    return { name: String(load(double ?? single ?? plain, { schema: CORE_SCHEMA })), value };
  } catch {
    return undefined;
  }
}
