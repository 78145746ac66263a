import type { Note } from '../live/notes';
import type { ClusterStatus, Fault } from './cluster-status';

/** A cluster as programs read it: whatever says something says it in `message`, as events, trees and conditions do. */
export function statusJson({ faults, notes, ...status }: ClusterStatus): object {
  return { ...status, ...(faults && { faults: faults.map(faultJson) }), ...(notes && { notes: notes.map(noteJson) }) };
}

function faultJson({ of, sentence, ...fault }: Fault): object {
  return { of, message: sentence, ...fault };
}

export function noteJson({ level, of, says, ...note }: Note): object {
  return { level, of, message: says, ...note };
}
