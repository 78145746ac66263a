import { conditionTypes } from '../../model/conditions';
import type { Kustomization } from './kustomization';

const REWRITTEN = /^\S+ does not descend from \S+(?=: )/;

export interface Wanted {
  readonly revision: string;
  /** The source holds no object. */
  readonly isEmpty: boolean;
  /** The revision has not that in its history which was applied last. */
  readonly isRewritten: boolean;
}

/** Why a person must agree to what is deleted, whatever the budget says. Undefined: the budget alone counts. */
export function deletionDoubt({ status }: Kustomization, { revision, isEmpty, isRewritten }: Wanted): string | undefined {
  if (isEmpty) return 'the source holds no object any more';
  if (isRewritten) return `${revision} does not descend from ${status?.lastAppliedRevision}`;
  // By the next visit the rewritten history is the one that was applied last. What waits for a person goes on waiting.
  const plan = status?.conditions?.find(({ type }) => type === conditionTypes.deletionPlan);
  return REWRITTEN.exec(plan?.message ?? '')?.[0];
}
