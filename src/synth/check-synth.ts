import type { App } from 'cdk8s';
import { errors } from '../common/errors';
import { checkLaw } from './law';
import { locksOnDisk } from './lock-files';
import { ownershipFile, ownershipOf, printOwnership } from './ownership';
import { planSynth, type SynthPlan } from './plan-synth';
import { Problems } from './problems';
import { clustersIn } from './render-app';
import { type SynthResult, synthSession } from './session';
import type { SynthOptions } from './synth-options';

/**
 * Makes sure that what is on disk is what a synth would write, and that automation may edit it: that an edit of its marked scalars is what a synth
 * would make of the edited locks. Writes nothing.
 * @throws FairleadError with all problems
 */
export function checkSynth(app: App, options: SynthOptions): SynthResult {
  const planned = planSynth(app, options);
  const { output, plan, warnings } = planned;
  const problems = new Problems();
  for (const file of outdated(planned)) problems.add('', errors.SynthOutdated({ file }));

  const { policies, differ } = checkLaw(app, options.root, lockTexts(app, options.root));
  for (const file of differ) problems.add('', errors.EditDiffers({ file }));
  problems.throwIfAny();

  const result = {
    base: output.base,
    outdir: output.path,
    written: [],
    removed: [],
    unchanged: plan.unchanged.length,
    warnings,
    checked: policies.length,
  };
  synthSession.results.push(result);
  return result;
}

/** Files that a synth would write or remove. */
function outdated({ plan, locks, before }: SynthPlan): string[] {
  const after = ownershipOf([...plan.unchanged, ...plan.write]);
  const changed = [...after].filter(([layer, owned]) => before.get(layer)?.text !== printOwnership(owned)).map(([layer]) => layer);
  const gone = [...before.keys()].filter((layer) => !after.has(layer));
  return [
    ...[...plan.write, ...locks.write].map(({ path }) => path),
    ...plan.remove,
    ...locks.remove,
    ...[...changed, ...gone].map(ownershipFile),
  ].sort();
}

function lockTexts(app: App, root: string): Map<string, string> {
  const disk = locksOnDisk(root);
  const paths = [...clustersIn(app.node.findAll())].flatMap((cluster) => disk.list(cluster));
  return new Map(paths.map((path) => [path, disk.read(path)!]));
}
