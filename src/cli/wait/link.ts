import { type KubeObject, nameOf } from '../../model/object';
import { suspendedWords } from '../live/suspended';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';

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

/** What time may still bring. */
export function open(step: Step, says: string, remedy: string): Link {
  return { step, says, remedy, isFinal: false };
}

/** Where somebody has suspended what takes a change on. */
export function stopped(object: KubeObject, step: Step, world: World): Link | undefined {
  if (suspendedWords(object, world) === undefined) return undefined;
  const { sentence, ...rest } = why(object, world);
  return { step, says: `${nameOf(refOf(object))}: ${sentence}`, ...rest };
}
