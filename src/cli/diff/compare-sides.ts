import { makeReport } from './make-report';
import type { Report } from './report';
import { chooseSides } from './sides/choose-sides';
import { targetBranch } from './sides/target-branch';
import type { Trees } from './sides/trees';

export interface CompareOptions {
  readonly mergeBase?: boolean;
  readonly branch?: string;
}

/** What a change does: a commit against what the program gives now, or two commits. */
export async function compareSides(trees: Trees, argument: string | undefined, options: CompareOptions): Promise<Report> {
  const { repository } = trees;
  const sides = chooseSides(argument, options.mergeBase);
  const ref = sides.kind === 'working' ? sides.ref : sides.before;
  const other = sides.kind === 'working' ? 'HEAD' : sides.after;
  const start = sides.fromBase ? repository.mergeBase(ref, other) : ref;
  const before = await trees.atCommit(start, sides.fromBase ? `${start.slice(0, 9)} (where it left ${ref})` : ref);
  const after = sides.kind === 'commits' ? await trees.atCommit(other) : await trees.now();
  const [old, now] = await Promise.all([before, after].map((side) => trees.preview(side, { rendering: 'later' })));
  const { branch: current, defaultBranch: remoteDefault } = repository;
  const branch = targetBranch(now, { asked: options.branch, variables: process.env, ref, current, remoteDefault });
  return await makeReport({ before: { name: before.name, preview: old }, after: { name: after.name, preview: now }, branch });
}
