import type { KubeObject } from '../../model/object';
import { nameOf } from '../../model/object';
import { agentAtWork } from '../live/agent-lease';
import { isAmiss } from '../live/amiss';
import { inventoryOf, type LiveKustomization } from '../live/layers';
import { isReconciled } from '../live/live-kinds';
import { readinessOf } from '../live/readiness';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';

/** Why a request is not handled yet. */
export interface Held {
  /** One sentence without full stop. */
  readonly sentence: string;
  readonly remedy: string;
}

/** An object that stays as it was while it is looked at is held by what it made; where nothing of that is amiss, or no agent is at work, nobody came. */
export function heldBy(object: KubeObject, world: World): Held {
  if (agentAtWork(world)?.isAlive !== false) {
    if (readinessOf(object).state === 'progressing') return why(object, world);
    const part = inventoryOf(object as LiveKustomization)
      .flatMap((ref) => (isReconciled(ref.kind) ? (world.objects.get(ref) ?? []) : []))
      .find((one) => isAmiss(one, world));
    if (part !== undefined) {
      const { sentence, remedy } = why(part, world);
      return { sentence: `waits for ${nameOf(refOf(part))}: ${sentence}`, remedy };
    }
  }
  return { sentence: 'nobody came', remedy: 'fairlead doctor' };
}
