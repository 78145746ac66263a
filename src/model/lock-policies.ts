import type { Lock, LockEntry } from './lock';
import { parseMarker } from './marker';

/** The policy that chooses an entry's version, as markers name it: `<namespace>:<name>`. Undefined where it is set by hand. */
export function policyOf({ marker }: LockEntry): string | undefined {
  return marker === undefined ? undefined : parseMarker(marker)?.policy;
}

/** Policies that must change nothing: holds are on what they choose. */
export function heldPolicies({ entries, holds }: Lock): string[] {
  return [...holds.keys()].flatMap((key) => {
    const entry = entries.get(key);
    return (entry && policyOf(entry)) ?? [];
  });
}
