import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { blockersOf } from './blockers';
import { absenceOf, causeOf } from './causes';
import { isReconciled } from './live-kinds';
import { readinessOf } from './readiness';
import { type Ref, refOf, sameObject, type World } from './world';

/** Why something is not ready. */
export interface Why {
  /** One sentence without full stop, about the object it was asked of: `waits for HelmRelease/dev/db, ...`. */
  readonly sentence: string;
  /** What to do next, often a command. */
  readonly remedy: string;
  /** Where the cause is. */
  readonly root: Ref;
  /** Whether waiting alone cannot help. */
  readonly isFinal: boolean;
  /** RFC 3339: the cause ends by itself then. */
  readonly until?: string;
}

/** Follows what an object waits for to the one thing that has to change. It says something of every object, so ask of those that are not ready. */
export function why(object: KubeObject, world: World): Why {
  const chain: Ref[] = [refOf(object)];
  let at: KubeObject | undefined = object;
  while (at !== undefined) {
    const next: Ref | undefined = blockersOf(at, world).find((ref) => !chain.some((before) => sameObject(before, ref)));
    if (next === undefined) break;
    chain.push(next);
    at = world.objects.get(next);
  }
  const root = chain[chain.length - 1];
  const { says, ...rest } = at === undefined ? absenceOf(root, world) : causeOf(at, world);
  // What was given up stays so, though its cause may pass.
  const isGivenUp = chain.some((ref) => isStalled(world.objects.get(ref)));
  return { sentence: told(chain.slice(1), says), root, ...rest, isFinal: rest.isFinal || isGivenUp };
}

function isStalled(object: KubeObject | undefined): boolean {
  return object !== undefined && isReconciled(object.kind) && readinessOf(object).state === 'stalled';
}

/** Long chains are told by their ends. */
function told(waitsFor: readonly Ref[], says: string): string {
  if (waitsFor.length === 0) return says;
  const [first, ...others] = waitsFor;
  const last = others[others.length - 1];
  const through = last === undefined ? '' : isPart(last) ? `, where ${nameOf(last)} has this` : `, which waits for ${nameOf(last)}`;
  return `waits for ${nameOf(first)}${through}: ${says}`;
}

function isPart({ kind }: Ref): boolean {
  return !Object.hasOwn(kinds, kind);
}
