import { errors } from '../../common/errors';
import { type ClusterOptions, connectCluster } from '../cluster/connect';
import { readyCommits } from '../cluster/ready-commits';
import { shortVersion } from '../locks/assignment';
import { currentPerson } from '../locks/new-hold';
import { projectAt } from '../locks/project';
import { entriesNamed, environmentOf, type LockedEntry } from '../locks/select-entries';
import type { VersionChange } from '../locks/set-versions';
import { announced } from '../print/progress';
import { printTable } from '../print/table';
import { Checkout } from './checkout';
import { type CommittedEnvironment, environmentAt } from './followed-branch';
import { type PushedRollback, pushRollback } from './push-rollback';
import { commitRollback, type Rollback } from './rollback-commit';
import { refuseTwice, rollbackHold } from './rollback-hold';
import { newestDifferent, type RollbackTarget, targetAt } from './target';

export interface RollbackOptions extends ClusterOptions {
  readonly to?: string;
  readonly reason?: string;
  readonly branch?: boolean;
  readonly now?: boolean;
  readonly dryRun?: boolean;
  readonly cluster?: string;
}

/** Brings versions back by a commit on the head of the branch that the cluster follows. Gives what to tell. */
export async function rollBack(environment: string, name: string | undefined, options: RollbackOptions): Promise<string> {
  const { root, output } = projectAt(process.cwd());
  const checkout = Checkout.at(root);
  const choice = { environment, cluster: options.cluster };
  const here = await environmentAt(checkout, (await checkout.commit('HEAD')) ?? '', output, choice);
  const head = await announced(`fetching ${here.branch} from ${checkout.remote}`, checkout.fetch(here.branch));
  const there = await environmentAt(checkout, head, output, choice);
  const entries = entriesNamed(there.files, name);

  const target = options.to === undefined ? await lastReady(checkout, there, entries, options) : await targetAt(checkout, head, entries, options.to);
  if (target.changes.length === 0) throw errors.RollbackTargetSame({ environment: environmentOf(there.files), target: target.from });
  const rollback = rollbackTo(root, output, there, target, options);
  if (options.dryRun) {
    const made = await commitRollback(checkout, head, rollback);
    return `${changesTable(rollback)}${(made?.plan.edits ?? []).map(({ path }) => `would change ${path}\n`).join('')}`;
  }
  const pushing = pushRollback(checkout, { branch: there.branch, head }, rollback, options.branch ?? false);
  const pushed = await announced(`pushing to ${checkout.remote}`, pushing);
  return `${changesTable(rollback)}${pushed === undefined ? 'nothing to change: it is held there already\n' : told(checkout, rollback, pushed)}`;
}

/** Versions that go back, and holds on them. */
export function rollbackTo(
  root: string,
  output: string,
  at: CommittedEnvironment,
  { changes, from }: RollbackTarget,
  { reason, held = changes }: { readonly reason?: string; readonly held?: readonly VersionChange[] },
): Rollback {
  const by = currentPerson(root);
  const now = new Date();
  const holds = new Map(held.map((change) => [change.one, rollbackHold(change, reason, by, now)]));
  return { environment: at.files[0].layer, output, changes, holds, from };
}

/** The last version that was Ready in the cluster and is another than now. */
export async function lastReady(
  checkout: Checkout,
  at: CommittedEnvironment,
  entries: readonly LockedEntry[],
  options: ClusterOptions,
): Promise<RollbackTarget> {
  refuseTwice(entries);
  const needed = (reason: string, cause?: unknown) => errors.RollbackTargetNeeded({ reason, locks: at.files[0].path }, cause);
  const commits = await readyIn(at, options).catch((error: Error) => {
    throw needed(error.message, error);
  });
  if (commits === undefined) throw needed('there is no cluster to ask');
  const target = await newestDifferent(checkout, commits, entries);
  if (target !== undefined) return target;
  const known = `${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}`;
  throw needed(`the cluster knows ${known} at which ${environmentOf(at.files)} was Ready, with the same versions as now`);
}

async function readyIn({ sync }: CommittedEnvironment, options: ClusterOptions): Promise<string[] | undefined> {
  const client = connectCluster(options);
  try {
    return client && (await readyCommits(client, sync.kustomization));
  } finally {
    client?.close();
  }
}

export function changesTable({ changes }: Rollback): string {
  return printTable(
    ['entry', 'from', 'to'],
    changes.map(({ one, to }) => [one.key, shortVersion(one.entry.ref), shortVersion(to)]),
  );
}

function told({ remote }: Checkout, { environment }: Rollback, { id, branch, aside, plan }: PushedRollback): string {
  const due = plan.lockAlone.map(({ key }) => key).join(', ');
  const lines = [
    `pushed ${id.slice(0, 12)} to ${branch} of ${remote}${aside === undefined ? '' : `: ${aside}`}`,
    ...(due === '' ? [] : [`on that branch run fairlead synth and commit: the output computes with ${due}`]),
    ...(aside === undefined ? [] : ['merge it to roll back']),
    `automation leaves it alone until: fairlead release-hold ${environment}`,
  ];
  return `${lines.join('\n')}\n`;
}
