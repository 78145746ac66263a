/** Stations of a change, in the order it passes them. */
export const steps = ['scanned', 'chosen', 'committed', 'fetched', 'applied', 'rolled out'] as const;

export type Step = (typeof steps)[number];

/** Where a change is on its way: the first station it has not passed, and why. */
export interface Link {
  readonly step: Step;
  /** One sentence without full stop, to be read after `not <step> yet:`. */
  readonly says: string;
  readonly remedy: string;
  /** Whether waiting alone cannot help. */
  readonly isFinal: boolean;
  /** RFC 3339: what is in the way ends by itself then. */
  readonly until?: string;
}
