import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orAbsent } from './or-absent';
import { SEALED_FOLDER } from './seal-rules';

/** Where sealed files and certificates are read from. Paths are from the folder of cdk8s.yaml, with `/`. */
export interface SealFiles {
  read(path: string): string | undefined;

  /** Files in the folder of a cluster's sealed files, at any depth. */
  list(cluster: string): readonly string[];
}

/** Sealed files and certificates as they lie on disk. */
export function sealsOnDisk(root: string): SealFiles {
  return {
    read: (path) => orAbsent(() => readFileSync(join(root, path), 'utf8')),
    list: (cluster) => filesBelow(root, `${SEALED_FOLDER}/${cluster}`),
  };
}

function filesBelow(root: string, folder: string): string[] {
  const entries = orAbsent(() => readdirSync(join(root, folder), { withFileTypes: true })) ?? [];
  return entries
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(root, path);
      return entry.isFile() && /\.(?:ya?ml|json)$/.test(path) ? [path] : [];
    })
    .sort();
}
