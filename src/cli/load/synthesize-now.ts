import type { FileTree } from '../../preview/file-tree';
import { allOwned } from '../../synth/ownership';
import { readOwnership } from '../../synth/ownership-files';
import { synthTree } from '../../synth/synth-tree';
import { loadApps } from './load-app';
import { SynthesizedTree } from './synthesized-tree';

/**
 * The tree as a synth of the program would leave it. Nothing is written.
 * @param cwd folder the program is looked for in
 * @param prefix of the folder of cdk8s.yaml in the tree: empty, or ending in `/`
 * @throws what the program throws, and every problem that synth has with it
 */
export async function synthesizeNow(tree: FileTree, root: string, cwd: string, prefix: string): Promise<FileTree> {
  const apps = await loadApps(cwd);
  const locks = new Map<string, string>();
  for (const path of await tree.list(`${prefix}locks`)) {
    const text = await tree.read(path);
    if (text !== undefined) locks.set(path.slice(prefix.length), text);
  }
  const written = new Map<string, string>();
  for (const { app } of apps) for (const [path, text] of synthTree(app, root, locks).files) written.set(prefix + path, text);
  const gone = [...allOwned(readOwnership(root)).keys(), ...locks.keys()].map((path) => prefix + path);
  return new SynthesizedTree(tree, written, new Set(gone));
}
