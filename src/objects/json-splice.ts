/**
 * Changes top-level fields of a JSON object in its bytes, so that whatever else it holds (integers beyond 2^53, the order of fields, the way
 * numbers are written) reaches the server as it was written.
 */
export interface FieldChange {
  /** Gets the field's JSON, undefined where it is absent; gives the new one, undefined to leave the field out. */
  readonly [field: string]: (json: string | undefined) => string | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/** The given JSON object with some top-level fields changed. Fields that were absent are added at the end. */
export function spliceJson(json: Buffer, changes: FieldChange): Buffer {
  const parts: string[] = [];
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  for (const { name, start, valueStart, end } of membersOf(json)) {
    seen.add(name);
    const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
    if (!change) {
      kept.push(json.subarray(start, end));
      continue;
    }
    const changed = change(json.toString('utf8', valueStart, end));
    if (changed !== undefined) kept.push(Buffer.from(`${JSON.stringify(name)}:${changed}`));
  }
  for (const [name, change] of Object.entries(changes)) {
    if (seen.has(name)) continue;
    const added = change(undefined);
    if (added !== undefined) parts.push(`${JSON.stringify(name)}:${added}`);
  }
  kept.push(...parts.map((part) => Buffer.from(part)));

  const comma = Buffer.from(',');
  const body = kept.flatMap((part, index) => (index === 0 ? [part] : [comma, part]));
  return Buffer.concat([Buffer.from('{'), ...body, Buffer.from('}')]);
}

/** JSON of one top-level field, where it is there. */
export function fieldOf(json: Buffer, name: string): string | undefined {
  const member = membersOf(json).find((candidate) => candidate.name === name);
  return member && json.toString('utf8', member.valueStart, member.end);
}

interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Top-level members of a JSON object that is known to be valid. */
function membersOf(json: Buffer): Member[] {
  const members: Member[] = [];
  let at = skipSpace(json, 0) + 1;
  for (;;) {
    at = skipSpace(json, at);
    if (at >= json.length || CLOSE.has(json[at])) return members;
    const start = at;
    const nameEnd = skipString(json, at);
    const name = JSON.parse(json.toString('utf8', start, nameEnd)) as string;
    at = skipSpace(json, nameEnd);
    if (json[at] === COLON) at = skipSpace(json, at + 1);
    const valueStart = at;
    at = skipValue(json, at);
    members.push({ name, start, valueStart, end: at });
    at = skipSpace(json, at);
    if (json[at] === COMMA) at += 1;
  }
}

function skipSpace(json: Buffer, at: number): number {
  while (at < json.length && json[at] <= 0x20) at += 1;
  return at;
}

function skipString(json: Buffer, at: number): number {
  for (at += 1; at < json.length && json[at] !== QUOTE; at += 1) if (json[at] === BACKSLASH) at += 1;
  return at + 1;
}

function skipValue(json: Buffer, at: number): number {
  let depth = 0;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = skipString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (OPEN.has(byte)) depth += 1;
    else if (CLOSE.has(byte)) {
      // The end of what holds a bare number or literal.
      if (depth === 0) return trimSpace(json, at);
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return trimSpace(json, at);
    at += 1;
  }
  return at;
}

function trimSpace(json: Buffer, end: number): number {
  while (json[end - 1] <= 0x20) end -= 1;
  return end;
}
