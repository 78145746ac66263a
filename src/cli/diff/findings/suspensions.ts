import type { Preview } from '../../../preview/types';
import type { Comparison, Finding, ObjectChange, Place } from '../types';
import { at } from './fields';
import { findingOf } from './subject';
import { helmReleaseOf, isSuspended, kustomizationOf } from './sync-objects';

/** What is suspended from now on or no longer, and changes that wait because something is. */
export function suspensionFindings({ objects }: Comparison, after: Preview): Finding[] {
  return [...objects.flatMap(toggled), ...waiting(objects, after)];
}

function toggled(change: ObjectChange): Finding[] {
  if (change.after === undefined) return [];
  const [was, is] = [change.before, change.after].map((object) => at(object, 'spec', 'suspend') === true);
  if (was === is) return [];
  return [
    findingOf(change, {
      topic: 'suspended',
      level: 'warning',
      text: is ? 'is suspended: nothing of it changes any more' : 'is no longer suspended: what waited is applied',
    }),
  ];
}

function waiting(objects: readonly ObjectChange[], after: Preview): Finding[] {
  const places = new Map<string, Place>();
  for (const { place } of objects) {
    places.set(`${place.cluster}/${place.layer}`, { cluster: place.cluster, layer: place.layer });
    if (place.release) places.set(`${place.cluster}/${place.layer}/${place.release.namespace}/${place.release.name}`, place);
  }
  return [...places.values()]
    .filter((place) => isSuspended(place.release ? helmReleaseOf(after, place) : kustomizationOf(after, place)))
    .map((place) => ({
      topic: 'suspended',
      level: 'warning',
      place,
      subject: place.release ? `release ${place.release.name}` : '',
      text: 'is suspended: its changes wait',
    }));
}
