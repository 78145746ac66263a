import { createHash } from 'node:crypto';
import { errors } from '../common/errors';
import { MARKER_WORD } from '../model/marker';

/**
 * What synth wrote last: the path of each file with the hashes it may have. One hash as a rule; two while files are being written, and after
 * Git joined two branches.
 */
export type Owned = Map<string, Set<string>>;

/** Where ownership lies, outside the output folder, which the cdk8s CLI empties. */
export const OWNED_FOLDER = '.fairlead/owned';

/** Ownership files, by `<cluster>/<layer>` as in the output folder. */
export type LayerOwnership = Map<string, { readonly text: string; readonly owned: Owned }>;

/** Ownership file of a layer, relative to the folder of cdk8s.yaml. */
export function ownershipFile(layer: string): string {
  return `${OWNED_FOLDER}/${layer}.txt`;
}

/** The layer an ownership file is of. */
export function layerOf(file: string): string {
  return file.slice(OWNED_FOLDER.length + 1, -'.txt'.length);
}

/**
 * Reads an ownership file.
 * @throws FairleadError for a line that is none, such as a conflict left by Git
 */
export function parseOwnership(file: string, text: string): Owned {
  const owned: Owned = new Map();
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const match = /^([0-9a-f]{64}) (.+)$/.exec(line);
    if (!match || !isBelow(match[2])) throw errors.OwnershipUnreadable({ file, line: index + 1 });
    own(owned, match[2], match[1]);
  });
  return owned;
}

/** All files of all layers. */
export function allOwned(layers: LayerOwnership): Owned {
  return union(...[...layers.values()].map(({ owned }) => owned));
}

// Whatever ownership names may be deleted, so it names nothing outside its folder.
function isBelow(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..');
}

export function printOwnership(owned: Owned): string {
  const lines = [...owned].flatMap(([path, hashes]) => [...hashes].sort().map((hash) => ({ path, hash })));
  lines.sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1));
  return lines.map(({ path, hash }) => `${hash} ${path}\n`).join('');
}

export function own(owned: Owned, path: string, hash: string): void {
  const hashes = owned.get(path);
  if (hashes) hashes.add(hash);
  else owned.set(path, new Set([hash]));
}

/** What ownership says of generated files, by layer. */
export function ownershipOf(files: readonly { readonly layer: string; readonly path: string; readonly text: string }[]): Map<string, Owned> {
  const layers = new Map<string, Owned>();
  for (const { layer, path, text } of files) {
    if (!layers.has(layer)) layers.set(layer, new Map());
    own(layers.get(layer)!, path, ownershipHash(text));
  }
  return layers;
}

/** All hashes of all. */
export function union(...all: readonly (Owned | undefined)[]): Owned {
  const result: Owned = new Map();
  for (const owned of all) {
    for (const [path, hashes] of owned ?? []) for (const hash of hashes) own(result, path, hash);
  }
  return result;
}

// What a line with a marked scalar ends with. A machine may have changed the quotes.
const MARKED = /(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#]+)( # \{"\$imagepolicy": "[^"]*"\})$/;

/** SHA-256 of a generated file, the same whatever its marked scalars are set to. */
export function ownershipHash(text: string): string {
  return createHash('sha256').update(blankMarked(text)).digest('hex');
}

function blankMarked(text: string): string {
  if (!text.includes(MARKER_WORD)) return text;
  return text
    .split('\n')
    .map((line) => (line.includes(MARKER_WORD) ? line.replace(MARKED, '""$1') : line))
    .join('\n');
}
