import { kinds } from '../../model/kinds';
import { type KubeObject, type ManagedFieldsEntry, nameOf } from '../../model/object';
import { valueAt } from '../../objects/fields';
import { CONFIG_MAP } from '../live/live-kinds';
import { isSuspendedBySpec, resumeCommand, suspensionWords } from '../live/suspended';
import { refOf, type World } from '../live/world';
import { printAge } from '../print/age';
import type { Check, Finding } from './check';

const LONG_MS = 24 * 60 * 60_000;

/** What is left alone: suspensions that end by themselves, and those that somebody may have forgotten. */
export const suspensions: Check = {
  name: 'suspensions',
  needs: [CONFIG_MAP.kind],
  look: async ({ world }) => suspensionFindings(await world()),
};

export function suspensionFindings(world: World): readonly Finding[] {
  const own = world.suspensions.map((suspension): Finding => {
    const of = suspension.of.kind === 'Cluster' ? 'everything' : nameOf(suspension.of);
    return {
      level: 'warn',
      says: `${of} is ${suspensionWords(suspension, world.now)}`,
      remedy: `where it is no longer needed: ${resumeCommand(suspension, world)}`,
    };
  });
  const bySpec = Object.values(kinds)
    .flatMap(({ kind }) => world.objects.list(kind))
    .filter(isSuspendedBySpec)
    .map((object) => forgotten(object, world.now));
  return [...own, ...bySpec].length === 0 ? [{ level: 'ok', says: 'none' }] : [...own, ...bySpec];
}

function forgotten(object: KubeObject, now: Date): Finding {
  const entry = suspendedIn(object);
  const isLong = entry?.time !== undefined && now.getTime() - Date.parse(entry.time) > LONG_MS;
  const since = entry?.time === undefined ? '' : `, set by ${entry.manager} ${printAge(entry.time, now)}`;
  const says = `${nameOf(refOf(object))} is suspended by spec.suspend${since}${isLong ? ': is it forgotten?' : ''}`;
  return { level: 'warn', says, remedy: 'take it out of the program; where it was set by hand: fairlead resume, or kubectl patch' };
}

/** Who set `spec.suspend`, and when they last wrote. */
function suspendedIn({ metadata }: KubeObject): ManagedFieldsEntry | undefined {
  return metadata.managedFields?.find(({ fieldsV1 }) => valueAt(fieldsV1, 'f:spec', 'f:suspend') !== undefined);
}
