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
export interface SynthSession {
  /** Folder of cdk8s.yaml. Set where the command line knows it. */
  root?: string;
  /** Output folder the command line asks for. */
  outdir?: string;
  /** Replace files that were edited by hand or are not ours. */
  force: boolean;
  readonly results: SynthResult[];
}

export const synthSession: SynthSession = shared('synthSession', { force: false, results: [] });
