import type { Flight } from './flight-record';
import { refKey } from './ref';

/** What is held against objects. */
export interface Strikes {
  /** In flight at a crash, and not reconciled to an end since. */
  readonly suspects: readonly Flight[];
  /** In flight at two crashes in a row. */
  readonly quarantined: readonly Flight[];
}

export const noStrikes: Strikes = { suspects: [], quarantined: [] };

/**
 * What is held against whom after a process ended. Whoever was in flight at this crash and already suspect is quarantined; a suspect that nobody came to stays one.
 * @param inFlight undefined: it ended in good order, and that clears suspects
 */
export function afterEnd({ suspects, quarantined }: Strikes, inFlight: readonly Flight[] | undefined): Strikes {
  if (inFlight === undefined) return { suspects: [], quarantined };
  const flying = new Set(inFlight.map(refKey));
  const suspected = new Map(suspects.map((flight) => [refKey(flight), flight]));
  // One that was deleted and made anew since is another.
  const isSuspect = (flight: Flight) => suspected.has(refKey(flight)) && suspected.get(refKey(flight))?.uid === flight.uid;
  const caught = inFlight.filter(isSuspect);
  return {
    suspects: [...suspects.filter((flight) => !flying.has(refKey(flight))), ...inFlight.filter((flight) => !isSuspect(flight))],
    quarantined: [...quarantined.filter((flight) => !flying.has(refKey(flight))), ...caught],
  };
}

/** Whether it is the very object and state that was quarantined: another spec, or a person who asks for it, ends that. */
export function isHeld(now: Flight, then: Flight): boolean {
  return now.uid === then.uid && now.generation === then.generation && now.requestedAt === then.requestedAt;
}
