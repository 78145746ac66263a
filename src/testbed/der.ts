/** The few forms of ASN.1's DER that certificates are made of. */

export function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

export function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, ...parts);
}

export function integer(value: Buffer | number): Buffer {
  const bytes = typeof value === 'number' ? Buffer.from([value]) : value;
  return tagged(0x02, bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function bool(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

export function text(value: string): Buffer {
  return tagged(0x0c, Buffer.from(value));
}

export function octets(value: Buffer): Buffer {
  return tagged(0x04, value);
}

/** @param unused how many of the last bits do not count */
export function bits(value: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), value);
}

/** A moment before 2050, to the second. */
export function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]/g, '');
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** @param tag 0 to 30 */
export function context(tag: number, constructed: boolean, ...parts: readonly Buffer[]): Buffer {
  return tagged(0x80 | (constructed ? 0x20 : 0) | tag, ...parts);
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...length(body.length)]), body]);
}

function length(count: number): number[] {
  if (count < 0x80) return [count];
  const bytes: number[] = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function base128(arc: number): number[] {
  const groups = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift(0x80 | (rest % 128));
  return groups;
}
