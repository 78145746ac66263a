import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TagFacts } from '../../images/tag-facts';

type Line = readonly [tag: string, facts: TagFacts];

/**
 * What was learnt of the tags of an image: a line of its name, then `<tag> <digest> <ms of creation or -> <1: it moved>` each; the later line
 * counts. Undefined where there is no such file, or one of another image. A line that was cut short is left out.
 */
export async function readFacts(file: string, image: string): Promise<Map<string, TagFacts> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [head, ...lines] = text.split('\n');
  if (head !== image) return undefined;
  const facts = new Map<string, TagFacts>();
  for (const line of lines) {
    const [, tag, digest, created, moved] = /^(\S+) (sha\d+:[0-9a-f]+) (-?\d+|-) ([01])$/.exec(line) ?? [];
    if (tag !== undefined) facts.set(tag, { digest, ...(created !== '-' && { created: new Date(Number(created)) }), moved: moved === '1' });
  }
  return facts;
}

export async function appendFacts(file: string, image: string, lines: readonly Line[]): Promise<void> {
  const isNew = await stat(file).then(
    () => false,
    () => true,
  );
  if (isNew) await writeFacts(file, image, lines);
  else await appendFile(file, lines.map(printLine).join(''));
}

/** Whole or not at all. */
export async function writeFacts(file: string, image: string, lines: Iterable<Line>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, [`${image}\n`, ...[...lines].map(printLine)].join(''));
  await rename(`${file}.new`, file);
}

function printLine([tag, { digest, created, moved }]: Line): string {
  return `${tag} ${digest} ${created === undefined ? '-' : created.getTime()} ${moved ? 1 : 0}\n`;
}
