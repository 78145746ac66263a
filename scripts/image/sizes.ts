import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of an image's parts, the largest first, and of all. */
export function sizesOf(root: string): (readonly [part: string, bytes: number])[] {
  const parts: Record<string, number> = {
    node: bytesOf(join(root, 'usr/bin/node')),
    engine: bytesOf(join(root, 'app/engine')),
    'compiled package': bytesOf(join(root, 'app')) - bytesOf(join(root, 'app/engine')) - bytesOf(join(root, 'app/node_modules')),
    dependencies: bytesOf(join(root, 'app/node_modules')),
    'shared libraries': bytesOf(join(root, 'usr')) - bytesOf(join(root, 'usr/bin')) - bytesOf(join(root, 'usr/lib/git-core')),
    'git, ssh, gpg and sh': bytesOf(join(root, 'usr/bin')) - bytesOf(join(root, 'usr/bin/node')) + bytesOf(join(root, 'usr/lib/git-core')),
  };
  const sorted = Object.entries(parts).sort(([, a], [, b]) => b - a);
  return [...sorted, ['all', bytesOf(root)]];
}

function bytesOf(path: string): number {
  const found = lstatSync(path);
  if (found.isFile()) return found.size;
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : 0;
}
