import { nameOf, type ObjectId } from '../../../model/object';
import type { Finding, ObjectChange, Place } from '../types';

/** An object as a finding names it: without its namespace where that is the environment's, so that equal findings of environments read alike. */
export function subjectOf(id: ObjectId, place: Place): string {
  return id.namespace === place.layer ? `${id.kind}/${id.name}` : nameOf(id);
}

/** A finding about the object of a change. */
export function findingOf(change: ObjectChange, finding: Pick<Finding, 'topic' | 'level' | 'text'>): Finding {
  return { ...finding, place: change.place, subject: subjectOf(change.id, change.place) };
}
