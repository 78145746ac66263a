import type { KubeObject } from '../../model/object';
import { nameOf } from '../../model/object';
import type { Suspension } from '../../model/suspension';
import { clusterName } from './layers';
import { type Ref, refOf, sameObject, type World } from './world';

/** The suspension that an object itself is under: its own, or the whole cluster's. */
export function suspensionOf(ref: Ref, { suspensions }: Pick<World, 'suspensions'>): Suspension | undefined {
  return suspensions.find(({ of }) => of.kind === 'Cluster' || sameObject(of, ref));
}

/** Whether Git, or somebody by hand, set `spec.suspend`. */
export function isSuspendedBySpec({ spec }: KubeObject): boolean {
  return (spec as { readonly suspend?: boolean } | undefined)?.suspend === true;
}

/** How everything that shows or waits tells it: `suspended by alice until 17:00: reason`. */
export function suspensionWords({ by, until, reason }: Suspension, now: Date): string {
  return `suspended by ${by} until ${clock(until, now)}${reason === '' ? '' : `: ${reason}`}`;
}

/** Of an object, whichever way it is suspended. Undefined where it is not. */
export function suspendedWords(object: KubeObject, world: World): string | undefined {
  const suspension = suspensionOf(refOf(object), world);
  if (suspension !== undefined) return suspensionWords(suspension, world.now);
  return isSuspendedBySpec(object) ? 'suspended by spec.suspend' : undefined;
}

/** What ends it. */
export function resumeWords(object: KubeObject, world: World): string {
  const suspension = suspensionOf(refOf(object), world);
  if (suspension !== undefined) return resumeCommand(suspension, world);
  return `take spec.suspend out of ${nameOf(refOf(object))} in the program, or by kubectl patch where it was set by hand`;
}

export function resumeCommand({ of }: Suspension, world: World): string {
  if (of.kind === 'Cluster') return `fairlead resume ${clusterName(world) ?? of.name}`;
  return `fairlead resume ${of.kind}/${of.name}${of.namespace === '' ? '' : ` -n ${of.namespace}`}`;
}

/** Hours and minutes (seconds, where it is within a quarter of an hour) on the same day, else the date too; in local time. */
export function clock(time: string, now: Date): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const two = (n: number) => String(n).padStart(2, '0');
  const isClose = Math.abs(at.getTime() - now.getTime()) < CLOSE_MS;
  const hours = `${two(at.getHours())}:${two(at.getMinutes())}${isClose ? `:${two(at.getSeconds())}` : ''}`;
  return at.toDateString() === now.toDateString() ? hours : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${hours}`;
}

const CLOSE_MS = 15 * 60_000;
