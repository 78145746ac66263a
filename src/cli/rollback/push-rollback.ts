import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import { push } from '../../git/push';
import type { Checkout } from './checkout';
import { commitRollback, type Rollback, type RollbackCommit } from './rollback-commit';

export interface PushedRollback extends RollbackCommit {
  readonly branch: string;
  /** Why it went to a branch of its own. @default - it did not */
  readonly aside?: string;
}

const MOST_TRIES = 10;
const PAUSE_MS = 200;

/**
 * Commits a rollback on the followed branch and pushes it; where somebody was quicker, on top of what they pushed. It goes to a branch
 * of its own where that was asked for, where the followed one is protected, and where only a synth can bring the output along.
 * Undefined where nothing would change.
 */
export async function pushRollback(
  checkout: Checkout,
  followed: { readonly branch: string; readonly head: string },
  rollback: Rollback,
  aside: boolean,
): Promise<PushedRollback | undefined> {
  let { head } = followed;
  for (let tries = 1; ; tries++) {
    const made = await commitRollback(checkout, head, rollback);
    if (made === undefined) return undefined;
    if (aside) return pushAside(checkout, made, rollback, 'as asked for');
    if (made.plan.lockAlone.length > 0) return pushAside(checkout, made, rollback, 'a synth must follow before it can be merged');
    try {
      await push(checkout.place, checkout.remote, { from: made.id, to: `refs/heads/${followed.branch}` });
      return { ...made, branch: followed.branch };
    } catch (error) {
      if (errors.PushRefused.is(error) || errors.PushForbidden.is(error)) return pushAside(checkout, made, rollback, error.detail);
      if (!errors.PushRaced.is(error) || tries === MOST_TRIES) throw error;
    }
    await sleep(Math.random() * PAUSE_MS * tries);
    head = await checkout.fetch(followed.branch);
  }
}

async function pushAside(checkout: Checkout, made: RollbackCommit, rollback: Rollback, aside: string): Promise<PushedRollback> {
  const branch = rollbackBranch(rollback.environment, made.id);
  await push(checkout.place, checkout.remote, { from: made.id, to: `refs/heads/${branch}` });
  return { ...made, branch, aside };
}

/** `fairlead/rollback-prod-1f3c9a7` */
export function rollbackBranch(environment: string, commit: string): string {
  return `fairlead/rollback-${environment}-${commit.slice(0, 7)}`;
}
