import type { App } from 'cdk8s';
import { shared } from './shared';
import type { SynthOptions } from './synth-options';

/** A cdk8s app, for rooms that only hand it on. */
export type SynthApp = App;

/** What synth did. Paths are relative to `base`. */
export interface SynthResult {
  readonly base: string;
  readonly outdir: string;
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** What people should know, in words. */
  readonly warnings: readonly string[];
  /** Where nothing was written, as asked: how many policies' edits were compared with a synth. */
  readonly checked?: number;
}

/** What the command line and the `platform.synth()` of the program it runs tell each other. */
export interface SynthSession {
  /** Folder of cdk8s.yaml. Set where the command line knows it. */
  root?: string;
  /** Output folder the command line asks for. */
  outdir?: string;
  /** Replace files that were edited by hand or are not ours. */
  force: boolean;
  /** What is only warned of fails. */
  strict?: boolean;
  /** Nothing is written: what would change fails. */
  check?: boolean;
  /** Called by `platform.synth()` in place of writing, so that a command can look at the app first and synthesize it later. */
  onSynth?: (app: SynthApp, options: SynthOptions) => void;
  readonly results: SynthResult[];
}

export const synthSession: SynthSession = shared('synthSession', { force: false, results: [] });
