import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import type { App } from 'cdk8s';
import { describeFileFault } from '../common/describe-file-fault';
import { errors } from '../common/errors';
import { planSynth } from './plan-synth';
import { restoreEmptied } from './restore-emptied';
import { type SynthResult, synthSession } from './session';
import type { SynthOptions } from './synth-options';
import { writeSteps } from './write-steps';

/**
 * Writes an app to its output folder, and the locks its versions come from: only what changed, and nothing at all if anything is wrong with it.
 * @throws FairleadError with all problems, OutputUnwritable
 */
export function synthesize(app: App, options: SynthOptions): SynthResult {
  restoreEmptied(options.root);
  const { output, plan, locks, before, warnings } = planSynth(app, options);
  write(output.base, [
    ...writeSteps(output.base, plan, before, locks),
    // The cdk8s CLI expects it, even of an app without objects.
    () => mkdirSync(output.path, { recursive: true }),
  ]);

  const result = {
    base: output.base,
    outdir: output.path,
    written: [...plan.write, ...locks.write].map(({ path }) => path),
    removed: [...plan.remove, ...locks.remove],
    unchanged: plan.unchanged.length,
    warnings,
  };
  synthSession.results.push(result);
  return result;
}

function write(base: string, steps: readonly (() => void)[]): void {
  try {
    for (const step of steps) step();
  } catch (cause) {
    const { code, dest, path = base } = cause as NodeJS.ErrnoException & { readonly dest?: string };
    if (code === undefined) throw cause;
    throw errors.OutputUnwritable({ file: relative(base, dest ?? path) || base, reason: describeFileFault(cause) }, cause);
  }
}
