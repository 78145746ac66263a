import { errors, type FairleadError } from '../common/errors';
import type { LockRequest } from './lock-request';
import { fileOf } from './lock-rules';
import { hasToken } from './tokens';

/** What is wrong with the versions of an app taken together: markers name no cluster, so names are unique in the whole repository. */
export function lockProblems(requests: readonly LockRequest[]): FairleadError[] {
  const entries = new Taken(requests, (request) => `${fileOf(request)} ${request.key}`);
  const policies = new Taken(requests, ({ policy }) => policy);
  return [
    ...requests.flatMap(computedFields),
    ...entries.twice.map(([first, second]) =>
      errors.LockEntryTwice({ key: second.key, file: fileOf(second), first: first.construct, second: second.construct }),
    ),
    ...policies.twice
      .filter(([, second]) => !entries.isTwice(second))
      .map(([first, second]) =>
        errors.ImageObjectTwice({ kind: 'ImagePolicy', name: policyName(second), first: first.construct, second: second.construct }),
      ),
    ...automationsTwice(requests),
  ];
}

function automationsTwice(requests: readonly LockRequest[]): FairleadError[] {
  const firsts = new Map<string, LockRequest>();
  const problems = new Map<string, FairleadError>();
  for (const request of requests) {
    const { automation: name, cluster } = request;
    if (name === undefined) continue;
    const first = firsts.get(name) ?? request;
    firsts.set(name, first);
    if (first.cluster !== cluster)
      problems.set(name, errors.ImageObjectTwice({ kind: 'ImageUpdateAutomation', name, first: first.cluster, second: cluster }));
  }
  return [...problems.values()];
}

function policyName({ policy = '' }: LockRequest): string {
  return policy.slice(policy.indexOf(':') + 1);
}

/** A version that names where another one comes from would reach the lock, which is data. */
function computedFields(request: LockRequest): FairleadError[] {
  const { key, name, initial = '', rule, construct } = request;
  const fields = {
    'the namespace or layer': fileOf(request),
    'the id': key,
    'the repository': name,
    initial,
    'the selection': JSON.stringify(rule ?? ''),
  };
  return Object.entries(fields)
    .filter(([, text]) => hasToken(text))
    .map(([field]) => errors.VersionComputed({ field, construct }));
}

class Taken {
  readonly twice: (readonly [first: LockRequest, second: LockRequest])[] = [];

  constructor(requests: readonly LockRequest[], key: (request: LockRequest) => string | undefined) {
    const firsts = new Map<string, LockRequest>();
    for (const request of requests) {
      const name = key(request);
      if (name === undefined) continue;
      const first = firsts.get(name);
      if (first) this.twice.push([first, request]);
      else firsts.set(name, request);
    }
  }

  isTwice(request: LockRequest): boolean {
    return this.twice.some(([, second]) => second === request);
  }
}
