import { join } from 'node:path';
import { errors } from '../../common/errors';
import { listRemote } from '../../git/remote';
import { runGit } from '../../git/run';
import { kinds } from '../../model/kinds';
import { messageOf } from '../runtime/outcome-status';
import type { ReadinessCheck } from '../runtime/readiness';
import type { Runtime } from '../runtime/types';
import { FollowedSecrets } from '../source/followed-secrets';
import type { GitRepository } from '../source/git-repository';
import { accessTo } from '../source/git-repository-access';
import type { GitSources } from '../source/git-sources';
import { type Evidence, isWorking, judge } from './evidence';

const TIMEOUT_MS = 20_000;
/** Enough to know that it is not one repository that is amiss. */
const MOST_ASKED = 3;

type Deps = Pick<Runtime, 'clusters' | 'watchValues' | 'requestReconcile' | 'redactor' | 'agentNamespace' | 'dataFolder'>;

/**
 * Whether Git can be read the way this process would: programs, credentials and transport. Only what is being read by somebody now is evidence:
 * a repository nobody can read says nothing about us.
 * @param isLed whether another agent is at work
 */
export function sourceCheck(runtime: Deps, sources: GitSources, isLed: () => Promise<boolean>): ReadinessCheck {
  const began = performance.now();
  return {
    name: 'source',
    check: async (signal) => {
      await runGit(['--version'], { signal });
      const repositories = await runtime.clusters.own.list<GitRepository>(kinds.GitRepository, { namespace: runtime.agentNamespace });
      const working = repositories.filter(isWorking).slice(0, MOST_ASKED);
      const found = await Promise.all(working.map((repository) => ask(runtime, sources, repository, signal)));
      const isUnclear = found.some((one) => !one.isRead && one.isAway);
      return judge(found, { isLed: isUnclear && (await isLed()), triedMs: performance.now() - began });
    },
  };
}

async function ask(runtime: Deps, sources: GitSources, repository: GitRepository, signal: AbortSignal): Promise<Evidence> {
  const { namespace, name } = repository.metadata;
  const secrets = new FollowedSecrets(runtime);
  const owner = { kind: kinds.GitRepository.kind, namespace: namespace ?? '', name };
  try {
    const access = await secrets.reading(owner, (read) => accessTo(repository, read, runtime.redactor, sources.knownHosts));
    await listRemote(repository.spec.url, join(runtime.dataFolder, 'ready', name), ['HEAD'], { access, signal, timeoutMs: TIMEOUT_MS });
    return { isRead: true };
  } catch (error) {
    signal.throwIfAborted();
    return { isRead: false, isAway: errors.SourceUnreachable.is(error) || errors.SourceTimeout.is(error), problem: messageOf(error) };
  } finally {
    secrets.forget(owner);
  }
}
