import { conditionTypes } from '../../model/conditions';
import type { GitRepository } from '../source/git-repository';

/** What came of asking the server of one repository. */
export type Evidence =
  | { readonly isRead: true }
  | { readonly isRead: false /** The server, not we: it could not be reached. */; readonly isAway: boolean; readonly problem: string };

/** An outage is over by then, or told of by who reads the repository. */
const OUTAGE_MS = 120_000;

/** Somebody reads it now: it is what we must be able to read too. */
export function isWorking({ spec, status }: GitRepository): boolean {
  const ready = status?.conditions?.find(({ type }) => type === conditionTypes.ready);
  return ready?.status === 'True' && status?.artifact !== undefined && spec.suspend !== true;
}

/**
 * What speaks against this process. One repository that can be read is enough, and so is there being none that works.
 *
 * A server that is away proves nothing by itself. While another agent works, it is waited for: either that agent finds the server away as well, says so, and no working
 * repository is left; or it goes on reading, and the fault is ours. After a while it is taken for an outage all the same, and at once where nobody else
 * works: then waiting would only leave the cluster alone.
 */
export function judge(found: readonly Evidence[], { isLed, triedMs }: { readonly isLed: boolean; readonly triedMs: number }): string[] {
  if (found.length === 0 || found.some(({ isRead }) => isRead)) return [];
  const mayPass = !isLed || triedMs >= OUTAGE_MS;
  const problems = found.flatMap((one) => (one.isRead || (one.isAway && mayPass) ? [] : [one.problem]));
  return problems.length < found.length ? [] : problems;
}
