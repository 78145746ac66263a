/** Where and how to synthesize. */
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
   * Fail on what is only warned of, such as a version that automation cannot carry on by itself, or a sealed value of which no key is recorded.
   * @default false
   */
  readonly strict?: boolean;
}
