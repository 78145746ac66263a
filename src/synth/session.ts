import { shared } from './shared';

/** What synth did. Paths are relative to `base`. */
export interface SynthResult {
  readonly base: string;
  readonly outdir: string;
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/** What the command line and the `platform.synth()` of the program it runs tell each other. */
export const synthSession: { force: boolean; readonly results: SynthResult[] } = shared('synthSession', { force: false, results: [] });
