import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orAbsent } from './or-absent';
import { type LayerOwnership, OWNED_FOLDER, ownershipFile, parseOwnership } from './ownership';

/** Ownership as it lies on disk. */
export function readOwnership(base: string): LayerOwnership {
  const layers: LayerOwnership = new Map();
  for (const cluster of folders(join(base, OWNED_FOLDER))) {
    for (const name of readdirSync(join(base, OWNED_FOLDER, cluster))) {
      if (!name.endsWith('.txt')) continue;
      const layer = `${cluster}/${name.slice(0, -'.txt'.length)}`;
      const path = ownershipFile(layer);
      const text = readFileSync(join(base, path), 'utf8');
      layers.set(layer, { text, owned: parseOwnership(path, text) });
    }
  }
  return layers;
}

function folders(parent: string): string[] {
  const entries = orAbsent(() => readdirSync(parent, { withFileTypes: true })) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
