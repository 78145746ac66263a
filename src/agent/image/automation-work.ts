import type { Commit } from '../../git/mirror';
import { type EditPlan, planEdits } from './automation-edits';
import type { AutomationGit, Head, Signature } from './automation-git';
import { RESYNTH_SUBJECT } from './automation-message';
import type { Choices } from './automation-policies';
import { refspecPush, type Target } from './automation-target';

/** What became of the edits for one branch. */
export interface Done {
  readonly head: Head;
  readonly plan: EditPlan;
  readonly branch: string;
  /** Pushed now. */
  readonly pushed?: { readonly commit: Commit; readonly message: string };
  /** What the branch holds already, where the edits are not in what is read. */
  readonly standing?: Commit;
}

export interface Work {
  readonly git: AutomationGit;
  readonly target: Target;
  readonly choices: Choices;
  readonly signature: Signature;
  /** Asks the server what there is, rather than take what the GitRepository has. */
  readonly fresh: boolean;
  /** Lets others run while we wait for the server. */
  idle<R>(wait: Promise<R>): Promise<R>;
}

type Message = (plan: EditPlan) => Promise<string>;

/** Lock and output together, in one commit on the branch that is read. Whoever else pushes to it loses nothing. */
export function updateInPlace({ git, target, choices, signature, fresh, idle }: Work, message: Message): Promise<Done> {
  return git.racing(async (round) => {
    const head = await idle(git.head(fresh || round > 0));
    const plan = planEdits(await git.markedFiles(head.commit.id), choices.direct);
    const done = { head, plan, branch: target.branch };
    if (plan.edits.length === 0) return done;
    const text = await message(plan);
    const commit = await git.write(head.commit.id, plan, text, signature);
    if (commit === undefined) return done;
    await git.push(commit.id, `refs/heads/${target.branch}`);
    return { ...done, pushed: { commit, message: text } };
  });
}

/** As Flux: the other branch becomes what is read and one commit, whatever it was; nothing is pushed where it is that already. */
export function updateOnBranch({ git, target, choices, signature, fresh, idle }: Work, message: Message): Promise<Done> {
  const ref = `refs/heads/${target.branch}`;
  return git.racing(async (round) => {
    const head = await idle(git.head(fresh || round > 0));
    const plan = planEdits(await git.markedFiles(head.commit.id), choices.direct);
    const done = { head, plan, branch: target.branch };
    if (plan.edits.length === 0) return done;
    const tip = await idle(tipOf(git, ref));
    const text = await message(plan);
    const commit = await git.write(head.commit.id, plan, text, signature);
    if (commit === undefined) return done;
    if (tip?.tree === commit.tree && tip.parents.join() === head.commit.id) return { ...done, standing: tip };
    await git.push(commit.id, ref, { expected: tip?.id });
    return { ...done, pushed: { commit, message: text } };
  });
}

/**
 * Locks of derived versions, on a branch of their own, where somebody synthesizes and merges. What others committed there stays; a branch
 * that was merged begins anew.
 */
export function updateLocks({ git, choices, signature, fresh, idle }: Work, branch: string, message: Message, start?: Head): Promise<Done> {
  const ref = `refs/heads/${branch}`;
  const planAt = async (commit: string) => planEdits(await git.markedFiles(commit), choices.derived, { locksOnly: true });
  return git.racing(async (round) => {
    const head = round === 0 && start !== undefined ? start : await idle(git.head(fresh || round > 0));
    const plan = await planAt(head.commit.id);
    const done = { head, plan, branch };
    if (plan.edits.length === 0) return done;
    const tip = await idle(tipOf(git, ref));
    const open = tip !== undefined && !(await git.descends(tip.id, head.commit.id)) ? tip : undefined;
    const left = open === undefined ? plan : await planAt(open.id);
    if (open !== undefined && left.edits.length === 0) return { ...done, standing: open };
    const isTheirs = open !== undefined && open.subject !== RESYNTH_SUBJECT;
    const [parent, edits] = isTheirs ? [open.id, left] : [head.commit.id, plan];
    const text = await message(edits);
    const commit = await git.write(parent, edits, text, signature);
    if (commit === undefined) return done;
    await git.push(commit.id, ref, isTheirs ? undefined : { expected: tip?.id });
    return { ...done, pushed: { commit, message: text } };
  });
}

/** The commit once more, to where `push.refspec` says. */
export async function pushRefspec({ git, target, idle }: Work, refspec: string, commit: string): Promise<void> {
  const request = refspecPush(refspec, commit);
  const force = target.switchesBranch ? { expected: (await idle(git.tips([request.to]))).get(request.to) } : undefined;
  await git.push(commit, request.to, force);
}

async function tipOf(git: AutomationGit, ref: string): Promise<Commit | undefined> {
  const id = (await git.tips([ref])).get(ref);
  return id === undefined ? undefined : git.commit(ref, id);
}
