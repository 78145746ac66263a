import type { Checkout } from './checkout';
import type { CommittedEnvironment } from './followed-branch';
import { rollbackBranch } from './push-rollback';
import type { Rollback, RollbackCommit } from './rollback-commit';

interface Later {
  /** How to ask for the same rollback again, once Git is there. */
  readonly again: string;
  /** Commands that let the agent go on. */
  readonly resume: readonly string[];
}

/** Keeps a commit on a branch of this clone. Gives the commands for when Git is there again. */
export async function localCommit(
  { checkout, environment }: { readonly checkout: Checkout; readonly environment: CommittedEnvironment },
  rollback: Rollback,
  made: RollbackCommit | undefined,
  { again, resume }: Later,
): Promise<string> {
  const lines = [...(await pushing(checkout, environment, rollback, made)), `  ${again}`];
  lines.push('Then let the agent go on, once the cluster has it:', ...resume.map((line) => `  ${line}`));
  return `\n${lines.join('\n')}\n`;
}

async function pushing(checkout: Checkout, { branch }: CommittedEnvironment, { environment }: Rollback, made: RollbackCommit | undefined) {
  if (made === undefined) return ['Once Git is there again, commit the rollback:'];
  const local = rollbackBranch(environment, made.id);
  await checkout.setBranch(local, made.id);
  return [
    'Once Git is there again, push the commit:',
    `  git push ${checkout.remote} ${local}:${branch}`,
    `or, where ${branch} has moved meanwhile, make it anew:`,
  ];
}
