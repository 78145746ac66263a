import { hash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TagTable } from './tag-table';

const FORMAT = 'fairlead-tags-1';
const NEWLINE = 0x0a;

/**
 * What is known of the tags of an image repository, from its file. An empty table where there is none, where it is of another version or repository, or
 * where it is damaged: it is only a memory of what the registry knows.
 *
 * First line: format, image and SHA-256 of the rest. Then a line a tag: name, digest, milliseconds or `-`, `m` for moved and `s` for stale, seconds since it is gone.
 */
export async function readTags(file: string, image: string): Promise<TagTable> {
  const bytes = await readFile(file).catch(() => undefined);
  const end = bytes?.indexOf(NEWLINE) ?? -1;
  if (bytes === undefined || end < 0) return new TagTable();
  const body = bytes.subarray(end + 1);
  if (bytes.toString('utf8', 0, end) !== head(image, body)) return new TagTable();
  return parse(body);
}

/** Whole or not at all. */
export async function writeTags(file: string, image: string, table: TagTable): Promise<void> {
  const lines: string[] = [];
  for (const tag of table.tags()) lines.push(line(table, tag));
  const body = Buffer.from(lines.join(''), 'latin1');
  const fresh = `${file}.${process.pid}.new`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(fresh, Buffer.concat([Buffer.from(`${head(image, body)}\n`), body]));
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

function head(image: string, body: Buffer): string {
  return `${FORMAT} ${image} ${hash('sha256', body, 'hex')}`;
}

function line(table: TagTable, tag: string): string {
  const { digest, createdMs, moved, stale, goneSince } = table.row(tag)!;
  const created = Number.isNaN(createdMs) ? '-' : createdMs;
  return `${tag} ${digest} ${created} ${moved ? 'm' : ''}${stale ? 's' : ''} ${goneSince || ''}\n`;
}

/** Line by line, so that no tag is a piece of the whole text. */
function parse(body: Buffer): TagTable {
  const table = new TagTable();
  for (let from = 0, to = body.indexOf(NEWLINE); to >= 0; from = to + 1, to = body.indexOf(NEWLINE, from)) {
    const [tag, digest, created, flags, goneSince] = body.toString('latin1', from, to).split(' ');
    table.set({
      tag,
      digest,
      createdMs: created === '-' ? Number.NaN : Number(created),
      moved: flags.includes('m'),
      stale: flags.includes('s'),
      goneSince: Number(goneSince),
    });
  }
  return table;
}
