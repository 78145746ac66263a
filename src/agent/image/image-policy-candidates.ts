import type { Known } from '../../images/tag-facts';
import type { Outcome, ReconcileContext } from '../runtime/types';
import type { ImagePolicy } from './types';

/** What a policy chooses from: tags of an image, versions of a chart. */
export interface Candidates {
  /** For `status.latestRef.name`. */
  readonly name: string;
  /** The same array for all who choose from the same. */
  readonly tags: readonly string[];
  readonly known: Known;
  /** Where the choice is looked at anew by time. */
  readonly againMs?: number;
  /** `known` says digests of all there is, or of none: they are part of every choice. @default false */
  readonly listsDigests?: boolean;
  /**
   * Makes these tags known. Returns what cannot be chosen, and why: tags that are gone meanwhile, or whose manifest is none.
   * What was learnt before an error stays known.
   */
  learn(tags: readonly string[], progress: (learnt: number) => void): Promise<ReadonlyMap<string, string>>;
  /** Told of the choice by creation time, undefined where there is none: the tag may move. */
  chose?(newest: string | undefined): void;
  /** What a tag points at now. Undefined: it is gone. */
  digest(tag: string): Promise<string | undefined>;
}

/** Finds what a policy chooses from; an outcome where there is nothing yet, or nothing it may see. */
export interface CandidateSource {
  candidates(policy: ImagePolicy, context: ReconcileContext): Promise<Candidates | Outcome>;
}

export function isOutcome(found: Candidates | Outcome): found is Outcome {
  return 'type' in found;
}

/** Not ready, until somebody asks for a visit: what is said of an earlier choice stays. */
export function notYet(policy: ImagePolicy, message: string): Outcome {
  if (policy.status?.latestRef !== undefined) return { type: 'unchanged' };
  return { type: 'waiting', reason: 'DependencyNotReady', message, on: [] };
}
