import { type Condition, conditionTypes } from '../../model/conditions';
import type { Kustomization } from './kustomization';

const REWRITTEN = /^\S+ does not descend from \S+(?=: )/;

export interface Wanted {
  readonly revision: string;
  /** The source holds no object. */
  readonly isEmpty: boolean;
  /** The revision has not that in its history which was applied last. */
  readonly isRewritten: boolean;
}

/** What would be deleted and waits for a person. */
export function deletionPlanOf({ status }: Kustomization): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === conditionTypes.deletionPlan);
}

/** Why a person must agree to what is deleted, whatever the budget says. Undefined: the budget alone counts. */
export function deletionDoubt(kustomization: Kustomization, { revision, isEmpty, isRewritten }: Wanted): string | undefined {
  if (isEmpty) return 'the source holds no object any more';
  if (isRewritten) return `${revision} does not descend from ${kustomization.status?.lastAppliedRevision}`;
  // By the next visit the rewritten history is the one that was applied last. What waits for a person goes on waiting.
  return REWRITTEN.exec(deletionPlanOf(kustomization)?.message ?? '')?.[0];
}
