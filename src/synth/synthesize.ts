import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { derivedProblems } from './derived-problems';
import { ownershipInGit } from './git-index';
import { locksOf } from './lock-requests';
import { type LockPlan, lockBookOf } from './locks';
import { type OutputFolder, outputFolder, prefixOf, refuseLinks } from './output-folder';
import { allOwned, type LayerOwnership } from './ownership';
import { readOwnership } from './ownership-files';
import { type Plan, planChanges } from './plan';
import { type RenderedFile, type Rendering, renderApp } from './render-app';
import { restoreEmptied } from './restore-emptied';
import { type SynthResult, synthSession } from './session';
import { writeSteps } from './write-steps';

export interface SynthOptions {
  /** Folder of cdk8s.yaml, see `synthRoot()`. */
  readonly root: string;

  /**
   * Output folder the program asks for, relative to the working folder. `--output` of the command line comes before it.
   * @default - CDK8S_OUTDIR as the cdk8s CLI sets it, else `output` of cdk8s.yaml, else `dist`, these relative to root
   */
  readonly outdir?: string;

  /**
   * Replace files that were edited by hand or are not ours.
   * @default false
   */
  readonly force?: boolean;

  /**
   * Fail where automation cannot carry a new version on by itself.
   * @default false
   */
  readonly strict?: boolean;
}

/**
 * Writes an app to its output folder, and the locks its versions come from: only what changed, and nothing at all if anything is wrong with it.
 * @throws FairleadError with all problems
 */
export function synthesize(app: App, options: SynthOptions): SynthResult {
  const { root, force = synthSession.force, strict = synthSession.strict ?? false } = options;
  const outdir = synthSession.outdir ?? options.outdir ?? process.env.CDK8S_OUTDIR;
  restoreEmptied(root);
  const output = outputFolder(root, outdir);
  const rendering = renderApp(app);
  const warnings = derivedProblems(rendering.derived, locksOf(app), strict);

  const before = readOwnership(output.base);
  const plan = planOutput(rendering, output, before, force);
  // A look at what would come out in another folder leaves the locks as they are.
  const locks = output.base === root ? planLocks(app, rendering, before) : undefined;
  for (const step of writeSteps(output.base, plan, before, locks)) step();
  // The cdk8s CLI expects it, even of an app without objects.
  mkdirSync(output.path, { recursive: true });

  const result = {
    base: output.base,
    outdir: output.path,
    written: [...plan.write, ...(locks?.write ?? [])].map(({ path }) => path),
    removed: [...plan.remove, ...(locks?.remove ?? [])],
    unchanged: plan.unchanged.length,
    warnings,
  };
  synthSession.results.push(result);
  return result;
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
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // A folder in the way is nothing of ours.
    if (code === 'EISDIR') return '';
    throw error;
  }
}
