import { annotations as names } from '../model/labels';
import type { ObjectMeta } from '../model/object';

/** What an object asks of those who apply it, by Flux's annotations. */
export interface OptOuts {
  /** Left alone wholly: `reconcile: disabled` or `ssa: Ignore`. */
  readonly ignored: boolean;
  /** `ssa: IfNotPresent`: created once, then left alone. */
  readonly createOnly: boolean;
  /** `ssa: Merge`: what others set beside our fields stays. */
  readonly merged: boolean;
  /** `force: Enabled`: deleted and created again where a field is immutable. */
  readonly recreated: boolean;
  /** `prune: disabled`, or left alone: never deleted. */
  readonly kept: boolean;
  /** `driftDetection: disabled` of Flux's HelmRelease. */
  readonly unwatched: boolean;
}

/** Flux reads labels as well as annotations, in any case of letters. */
export function optOutsOf(meta: Pick<ObjectMeta, 'labels' | 'annotations'>): OptOuts {
  const says = (name: string, value: string) => meta.labels?.[name]?.toLowerCase() === value || meta.annotations?.[name]?.toLowerCase() === value;
  const ignored = says(names.reconcile, 'disabled') || says(names.ssa, 'ignore');
  return {
    ignored,
    createOnly: says(names.ssa, 'ifnotpresent'),
    merged: says(names.ssa, 'merge'),
    recreated: says(names.force, 'enabled'),
    kept: ignored || says(names.prune, 'disabled'),
    unwatched: says(names.helmDriftDetection, 'disabled'),
  };
}
