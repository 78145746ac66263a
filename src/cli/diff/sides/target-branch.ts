import type { Preview } from '../../../preview/types';

export interface BranchHints {
  /** As somebody said. */
  readonly asked?: string;
  /** Environment of the process: CI says where a pull request goes. */
  readonly variables: NodeJS.ProcessEnv;
  /** The ref that is compared with. */
  readonly ref: string;
  readonly current?: string;
  readonly remoteDefault?: string;
}

/** The branch a change is on or goes to: said, told by CI, else of what is compared, checked out or usual the first that a cluster follows. */
export function targetBranch({ clusters }: Preview, hints: BranchHints): string | undefined {
  const { asked, variables, ref, current, remoteDefault } = hints;
  const told = asked ?? [variables.GITHUB_BASE_REF, variables.CI_MERGE_REQUEST_TARGET_BRANCH_NAME].find((name) => name !== undefined && name !== '');
  if (told !== undefined) return told;
  const followed = new Set(clusters.map(({ branch }) => branch).filter((branch) => branch !== undefined));
  const candidates = [
    ref.replace(/^(?:refs\/heads\/|refs\/remotes\/[^/]+\/|origin\/)/, ''),
    current,
    variables.GITHUB_REF_NAME,
    variables.CI_COMMIT_BRANCH,
    remoteDefault,
  ];
  const found = candidates.find((name) => name !== undefined && followed.has(name));
  return found ?? (followed.size === 1 ? [...followed][0] : undefined);
}
