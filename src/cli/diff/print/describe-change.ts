import { nameOf } from '../../../model/object';
import type { Report, ShownChange } from '../report';
import { visible } from '../text/print-lines';
import type { ChangeKind, Place } from '../types';
import { placeName } from './gather-lines';

const SIGNS: { readonly [change in ChangeKind]: string } = { added: '+', removed: '-', changed: '~', moved: '>' };

/** Where objects stand, as the heading over them. */
export function headingOf(place: Place): string {
  return visible([placeName(place), ...(place.release ? [`release ${place.release.name}`] : [])].join(' / '));
}

/** An object and what becomes of it. */
export function describeChange({ change, id, isHook, movedFrom }: ShownChange, words: Report['words'] = {}): string {
  const from = movedFrom === undefined ? '' : `, from ${headingOf(movedFrom)}`;
  return visible(`${SIGNS[change]} ${nameOf(id)}${isHook ? ' (hook)' : ''} ${words[change] ?? change}${from}`);
}

/** `2 added, 1 changed` */
export function countChanges(changes: readonly Pick<ShownChange, 'change'>[], words: Report['words'] = {}): string {
  const kinds = ['added', 'changed', 'moved', 'removed'] as const;
  const counts = kinds.map((kind) => [kind, changes.filter(({ change }) => change === kind).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${words[kind] ?? kind}`)
    .join(', ');
}

/** An object by its name and where it is. */
export function nameAt({ id, place }: ShownChange): string {
  return visible(`${nameOf(id)} of ${placeName(place)}`);
}
