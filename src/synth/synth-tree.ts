import type { App } from 'cdk8s';
import { locksInMemory } from './lock-files';
import { locksOf } from './lock-requests';
import { lockBookOf, withLocks } from './locks';
import { outputFolder, prefixOf } from './output-folder';
import { ownershipFile, ownershipOf, printOwnership } from './ownership';
import { clustersIn, type ObjectUse, renderApp } from './render-app';

/** What a synth into an empty folder gives. */
export interface SynthTree {
  /** Texts of output, locks and ownership, by path from the folder of cdk8s.yaml. */
  readonly files: ReadonlyMap<string, string>;
  /** Where versions are computed with. */
  readonly derived: readonly ObjectUse[];
}

/**
 * Synthesizes an app in memory. Nothing is read but `cdk8s.yaml`, sealed files and their certificates, and nothing is written.
 * @param locks texts of lock files by path, such as `locks/gke/dev/dev.yaml`
 * @throws FairleadError with all problems
 */
export function synthTree(app: App, root: string, locks: ReadonlyMap<string, string>): SynthTree {
  return withLocks(app, locksInMemory(locks), () => {
    const { files: rendered, derived } = renderApp(app);
    const prefix = prefixOf(outputFolder(root, undefined));
    const output = rendered.map((file) => ({ ...file, path: prefix + file.path }));
    const files = new Map(output.map(({ path, text }) => [path, text]));
    for (const [layer, owned] of ownershipOf(output)) files.set(ownershipFile(layer), printOwnership(owned));

    const plan = lockBookOf(app)!.plan(locksOf(app), clustersIn(app.node.findAll()));
    const gone = new Set(plan.remove);
    for (const [path, text] of locks) if (!gone.has(path)) files.set(path, text);
    for (const { path, text } of plan.write) files.set(path, text);
    return { files, derived };
  });
}
