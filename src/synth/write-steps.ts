import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LockPlan } from './locks';
import { type LayerOwnership, ownershipFile, ownershipOf, printOwnership, union } from './ownership';
import type { Plan } from './plan';

const SCRATCH = '.fairlead/tmp';

const NO_LOCKS: LockPlan = { write: [], remove: [] };

/**
 * A plan as steps, each of which happens wholly or not at all. Before a file changes, ownership names its old and its new hash, so whichever
 * step is the last one done, the next synth knows every file for its own and goes on.
 */
export function writeSteps(base: string, plan: Plan, before: LayerOwnership, locks: LockPlan = NO_LOCKS): (() => void)[] {
  const after = ownershipOf([...plan.unchanged, ...plan.write]);
  const steps: (() => void)[] = [];
  const folders = new Folders();
  const texts = new Map([...before].map(([layer, { text }]) => [layer, text]));
  const setOwnership = (layer: string, text: string) => {
    if (texts.get(layer) === text) return;
    texts.set(layer, text);
    steps.push(() => replaceFile(base, ownershipFile(layer), text, folders));
  };

  for (const { path, text } of locks.write) steps.push(() => replaceFile(base, path, text, folders));
  if (plan.write.length > 0) {
    const layers = new Set(plan.write.map((file) => file.layer));
    for (const layer of layers) setOwnership(layer, printOwnership(union(before.get(layer)?.owned, after.get(layer))));
  }
  for (const { path, text } of plan.write) steps.push(() => replaceFile(base, path, text, folders));
  for (const path of [...plan.remove, ...locks.remove]) steps.push(() => removeFile(base, path));
  for (const [layer, owned] of after) setOwnership(layer, printOwnership(owned));
  for (const layer of before.keys()) {
    if (!after.has(layer)) steps.push(() => removeFile(base, ownershipFile(layer)));
  }
  if (steps.length > 0) {
    const clean = () => rmSync(join(base, SCRATCH), { recursive: true, force: true });
    steps.unshift(clean);
    steps.push(clean);
  }
  return steps;
}

/** Makes each folder once: with a thousand files in ten folders that is most of the system calls. */
class Folders {
  private readonly made = new Set<string>();

  make(folder: string): void {
    if (this.made.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.made.add(folder);
  }
}

function replaceFile(base: string, path: string, text: string, folders: Folders): void {
  const target = join(base, path);
  const scratch = join(base, SCRATCH, 'file');
  folders.make(dirname(scratch));
  folders.make(dirname(target));
  writeFileSync(scratch, text);
  renameSync(scratch, target);
}

/** Removes a file, and the folders that are empty without it. */
function removeFile(base: string, path: string): void {
  rmSync(join(base, path), { force: true });
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      rmdirSync(join(base, folder));
    } catch {
      return;
    }
  }
}
