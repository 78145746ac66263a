/** A regular file in a tar archive. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Buffer;
}

const BLOCK = 512;

/**
 * Regular files of a tar archive, in its order: ustar, with GNU's and PAX' long names. Links, devices and folders are left out.
 * Throws where it is none or was cut short.
 */
export function readTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  let at = 0;
  while (at + BLOCK <= archive.length) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (!hasChecksum(header)) throw new Error(`it is no tar archive at byte ${at}`);
    const size = numberIn(header, 124, 12);
    const from = at + BLOCK;
    if (!(size >= 0)) throw new Error(`the size of a file is none at byte ${at}`);
    if (from + size > archive.length) throw new Error('it ends in the middle of a file');
    const bytes = archive.subarray(from, from + size);
    const type = String.fromCharCode(header[156]);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L') longName = textIn(bytes, 0, size);
    else if (type === 'x') longName = paxPath(bytes) ?? longName;
    else if (type !== 'g' && type !== 'K') {
      const path = longName ?? nameIn(header);
      longName = undefined;
      if (type === '0' || type === '\0' || type === '7') files.push({ path, bytes });
    }
  }
  if (files.length === 0) throw new Error('it is no tar archive');
  return files;
}

function hasChecksum(header: Buffer): boolean {
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1) sum += index >= 148 && index < 156 ? 0x20 : header[index];
  return sum === numberIn(header, 148, 8);
}

function nameIn(header: Buffer): string {
  const name = textIn(header, 0, 100);
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textIn(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or GNU's binary numbers for what is too large for them. */
function numberIn(header: Buffer, offset: number, length: number): number {
  if (header[offset] >= 0x80) return Number(header.readBigUInt64BE(offset + length - 8));
  return Number.parseInt(textIn(header, offset, length).trim() || '0', 8);
}

function textIn(bytes: Buffer, offset: number, length: number): string {
  const end = bytes.indexOf(0, offset);
  return bytes.toString('utf8', offset, end < 0 || end > offset + length ? offset + length : end);
}

/** `<length> path=<value>\n` among the records of a PAX header. */
function paxPath(bytes: Buffer): string | undefined {
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (space < 0 || !(length > 0)) return undefined;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice('path='.length);
    at += length;
  }
  return undefined;
}
