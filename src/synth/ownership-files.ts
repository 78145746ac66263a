import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWNED_FOLDER, type Owned, parseOwnership } from './ownership';

/** Ownership of each layer, by `<cluster>/<layer>`, as it lies on disk. */
export function readOwnership(base: string): Map<string, { readonly text: string; readonly owned: Owned }> {
  const layers = new Map<string, { text: string; owned: Owned }>();
  for (const cluster of folders(join(base, OWNED_FOLDER))) {
    for (const file of readdirSync(join(base, OWNED_FOLDER, cluster))) {
      if (!file.endsWith('.txt')) continue;
      const path = `${OWNED_FOLDER}/${cluster}/${file}`;
      const text = readFileSync(join(base, path), 'utf8');
      const owned: Owned = new Map();
      parseOwnership(path, text, owned);
      layers.set(`${cluster}/${file.slice(0, -'.txt'.length)}`, { text, owned });
    }
  }
  return layers;
}

function folders(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
