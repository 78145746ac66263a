import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { derivedProblems } from './derived-problems';
import { ownershipInGit } from './git-index';
import { locksOf } from './lock-requests';
import { type LockPlan, lockBookOf } from './locks';
import { orAbsent } from './or-absent';
import { type OutputFolder, outputFolder, prefixOf, refuseLinks } from './output-folder';
import { allOwned, type LayerOwnership } from './ownership';
import { readOwnership } from './ownership-files';
import { type Plan, planChanges } from './plan';
import { type RenderedFile, type Rendering, renderApp } from './render-app';
import { synthSession } from './session';
import type { SynthOptions } from './synth-options';
import { tellWarnings, warningsOf } from './warnings';

/** Everything a synth would do to the disk. */
export interface SynthPlan {
  readonly output: OutputFolder;
  readonly plan: Plan;
  readonly locks: LockPlan;
  /** Ownership as it lies there. */
  readonly before: LayerOwnership;
  /** What people should know, in words. */
  readonly warnings: readonly string[];
}

/**
 * Compares an app with what is on disk.
 * @throws FairleadError with all problems
 */
export function planSynth(app: App, options: SynthOptions): SynthPlan {
  const { root, force = synthSession.force, strict = synthSession.strict ?? false } = options;
  const output = outputFolder(root, synthSession.outdir ?? options.outdir ?? process.env.CDK8S_OUTDIR);
  const rendering = renderApp(app);
  const warnings = tellWarnings([...warningsOf(app), ...derivedProblems(rendering.derived, locksOf(app))], strict);
  const before = readOwnership(output.base);
  // A look at what would come out in another folder leaves the locks as they are.
  const locks = output.base === root ? planLocks(app, rendering, before) : undefined;
  const seen = new Set<string>();
  for (const { path } of locks?.write ?? []) refuseLinks(root, join(root, path), seen);
  return { output, plan: planOutput(rendering, output, before, force), locks: locks ?? { write: [], remove: [] }, before, warnings };
}

function planOutput(rendering: Rendering, output: OutputFolder, before: LayerOwnership, force: boolean): Plan {
  const prefix = prefixOf(output);
  const wanted = rendering.files.map((file): RenderedFile => ({ ...file, path: prefix + file.path }));
  const seen = new Set<string>();
  for (const file of wanted) refuseLinks(output.path, join(output.base, file.path), seen);
  return planChanges(wanted, {
    owned: allOwned(before),
    ownedInGit: once(() => allOwned(ownershipInGit(output.base))),
    read: (path) => readText(join(output.base, path)),
    force,
  });
}

/** Clusters that are gone from the program are known by what it wrote for them. */
function planLocks(app: App, rendering: Rendering, before: LayerOwnership): LockPlan | undefined {
  const layers = [...rendering.files.map(({ layer }) => layer), ...before.keys()];
  return lockBookOf(app)?.plan(locksOf(app), new Set(layers.map((layer) => layer.split('/')[0])));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function readText(file: string): string | undefined {
  try {
    return orAbsent(() => readFileSync(file, 'utf8'));
  } catch (error) {
    // A folder in the way is nothing of ours.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return '';
    throw error;
  }
}
