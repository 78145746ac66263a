import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { App } from 'cdk8s';
import { ownershipInGit } from './git-index';
import { outputFolder, refuseLinks } from './output-folder';
import { allOwned } from './ownership';
import { readOwnership } from './ownership-files';
import { planChanges } from './plan';
import { type RenderedFile, renderApp } from './render-app';
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
}

/**
 * Writes an app to its output folder: only what changed, and nothing at all if anything is wrong with it.
 * @throws FairleadError with all problems
 */
export function synthesize(app: App, options: SynthOptions): SynthResult {
  const { root, force = synthSession.force } = options;
  const outdir = synthSession.outdir ?? options.outdir ?? process.env.CDK8S_OUTDIR;
  restoreEmptied(root);
  const output = outputFolder(root, outdir);
  const prefix = relative(output.base, output.path).split(sep).join('/');
  const wanted = renderApp(app).map((file) => ({ ...file, path: prefix === '' ? file.path : `${prefix}/${file.path}` }));
  const seen = new Set<string>();
  for (const file of wanted) refuseLinks(output.path, join(output.base, file.path), seen);

  const before = readOwnership(output.base);
  const plan = planChanges(wanted, {
    owned: allOwned(before),
    ownedInGit: once(() => allOwned(ownershipInGit(output.base))),
    read: (path) => readText(join(output.base, path)),
    force,
  });
  for (const step of writeSteps(output.base, plan, before)) step();
  // The cdk8s CLI expects it, even of an app without objects.
  mkdirSync(output.path, { recursive: true });

  const result = {
    base: output.base,
    outdir: output.path,
    written: plan.write.map(pathOf),
    removed: plan.remove,
    unchanged: plan.unchanged.length,
  };
  synthSession.results.push(result);
  return result;
}

function pathOf(file: RenderedFile): string {
  return file.path;
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
