import type { FailureContext } from './failure';
import { explain } from './failure';
import { runGit } from './run';
import type { Workplace } from './workplace';

export interface PushRequest {
  /** Commit to push. */
  readonly from: string;
  /** Full name of a ref: `refs/heads/main`. */
  readonly to: string;
  /**
   * Lets the ref move to a commit that does not descend from what it points at, if that is still `expected` (undefined: the ref does not exist).
   * @default - it may only move forward
   */
  readonly force?: { readonly expected: string | undefined };
  /** Told to the server. @default - none */
  readonly options?: Readonly<Record<string, string>>;
}

/** Arguments of git for a push. */
export function pushArguments(remote: string, { from, to, force, options = {} }: PushRequest): string[] {
  return [
    'push',
    '--quiet',
    '--no-verify',
    '--no-follow-tags',
    '--recurse-submodules=no',
    ...(force === undefined ? [] : [`--force-with-lease=${to}:${force.expected ?? ''}`]),
    ...Object.entries(options).map(([key, value]) => `--push-option=${value === '' ? key : `${key}=${value}`}`),
    '--',
    remote,
    `${from}:${to}`,
  ];
}

/** What is pushed to, in words: `branch main`. */
export function wordsOf(ref: string): string {
  return ref.startsWith('refs/heads/') ? `branch ${ref.slice('refs/heads/'.length)}` : ref;
}

/**
 * Pushes a commit with what the environment allows: to a remote of the repository's configuration, or an address. For servers whose
 * credentials are ours see `Mirror.push`. Throws `PushRaced` (make the commit anew on the new head), `PushRefused`, `PushForbidden` and
 * the errors of fetching.
 */
export async function push(place: Workplace, remote: string, request: PushRequest, context: Partial<FailureContext> = {}): Promise<void> {
  const { repository, environment, signal, interactive } = place;
  try {
    await runGit(pushArguments(remote, request), { repository, environment, signal, interactive, timeoutMs: context.timeoutMs });
  } catch (failure) {
    throw explain(failure, { url: remote, ref: wordsOf(request.to), ...context });
  }
}
