import { conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { nameOf } from '../../model/object';
import { layersOf } from '../live/layers';
import { conditionOf } from '../live/readiness';
import { refOf, type World } from '../live/world';
import type { Check, Finding } from './check';

/** Deletions that are over their budget and wait for a person. */
export const deletionPlans: Check = {
  name: 'deletion plans',
  needs: [kinds.Kustomization.kind],
  look: async ({ world }) => planFindings(await world()),
};

export function planFindings({ objects }: World): readonly Finding[] {
  const waiting = layersOf(objects).flatMap(({ kustomization }): Finding[] => {
    const plan = conditionOf(kustomization, conditionTypes.deletionPlan);
    if (plan?.status !== 'True') return [];
    const lines = plan.message.split('\n');
    const confirm = lines[lines.length - 1].replace(/^to confirm: /, '');
    return [
      {
        level: 'warn',
        says: `${nameOf(refOf(kustomization))} ${lines[0]}`,
        remedy: `kubectl describe kustomization ${kustomization.metadata.name} -n ${kustomization.metadata.namespace} has the list; if all of it may go: ${confirm}`,
      },
    ];
  });
  return waiting.length === 0 ? [{ level: 'ok', says: 'none waits' }] : waiting;
}
