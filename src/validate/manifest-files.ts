import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which nothing is for a cluster. */
const LEFT_OUT = new Set(['node_modules', 'vendor']);

/** YAML and JSON files below a folder that may hold manifests, sorted; relative to it, with `/`. Templates of charts are none: they become some. */
export function manifestFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const isChart = entries.some(({ name }) => name === 'Chart.yaml');
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        const isLeftOut = entry.name.startsWith('.') || LEFT_OUT.has(entry.name) || (isChart && entry.name === 'templates');
        if (!isLeftOut) walk(path);
      } else if (isManifest(entry, isChart)) found.push(path);
    }
  };
  walk('');
  return found.sort();
}

function isManifest(entry: Dirent, isChart: boolean): boolean {
  if (!entry.isFile() || !/\.(?:ya?ml|json)$/.test(entry.name)) return false;
  return !isChart || !/^(?:values.*|Chart|requirements)\.(?:ya?ml|json)$/.test(entry.name);
}
