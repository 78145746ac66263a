import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawKubeClient } from '../../src/kube/client';
import { kinds } from '../../src/model/kinds';

const EVENT = { group: '', version: 'v1', kind: 'Event' };
/** Enough to tell a value from anything else. */
const NEEDLE_BYTES = 48;
const LEAST_BYTES = 8;

/** Where plaintext must not be. */
export interface Places {
  /** Files, and folders with everything below them. */
  readonly paths?: readonly string[];
  /** What was printed or answered, by what it is called. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Its events, and its SealedSecrets with their conditions. */
  readonly client?: RawKubeClient;
}

/**
 * Every place where one of the values stands, as it is, in base64 or escaped in JSON; of long values their beginning is looked for.
 * @returns `<place>: value <number>`
 */
export async function findPlaintext(values: readonly Buffer[], places: Places): Promise<string[]> {
  const needles = values.map((value) => (value.length < LEAST_BYTES ? [] : formsOf(value.subarray(0, NEEDLE_BYTES))));
  const found: string[] = [];
  const search = (place: string, content: Buffer) => {
    needles.forEach((forms, index) => {
      if (forms.some((form) => content.includes(form))) found.push(`${place}: value ${index}`);
    });
  };
  for (const path of places.paths ?? []) for (const file of await filesAt(path)) search(file, await readFile(file));
  for (const [name, text] of Object.entries(places.texts ?? {})) search(name, Buffer.from(text));
  for (const kind of places.client === undefined ? [] : [EVENT, kinds.SealedSecret]) {
    for (const object of await places.client!.list(kind)) {
      search(`${kind.kind} ${object.metadata.namespace}/${object.metadata.name}`, Buffer.from(JSON.stringify(object)));
    }
  }
  return found;
}

function formsOf(value: Buffer): Buffer[] {
  // Base64 of the same bytes differs by where they begin; the outermost digits are of neighbours too.
  const base64 = [0, 1, 2].map((shift) => {
    const digits = Buffer.concat([Buffer.alloc(shift), value]).toString('base64');
    return digits.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + value.length) * 8) / 6));
  });
  return [value, Buffer.from(JSON.stringify(value.toString()).slice(1, -1)), ...base64.map((digits) => Buffer.from(digits))];
}

async function filesAt(path: string): Promise<string[]> {
  const is = await stat(path);
  if (!is.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
