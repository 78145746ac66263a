import { errors, type FairleadError } from '../common/errors';
import type { LockRequest } from './lock-request';
import { Problems } from './problems';
import type { ObjectUse } from './render-app';

/**
 * What is to be said of versions that are computed with, where automation would raise them.
 * @returns a text for each
 * @throws FairleadError with all of them, where `strict`
 */
export function derivedProblems(uses: readonly ObjectUse[], requests: readonly LockRequest[], strict: boolean): string[] {
  const automated = new Set(requests.filter(({ automation }) => automation !== undefined).map(({ policy }) => policy));
  const problems = uses.filter(({ policy }) => automated.has(policy)).map((use) => ({ path: use.construct, error: problemOf(use) }));
  if (strict) {
    const all = new Problems();
    for (const { path, error } of problems) all.add(path, error);
    all.throwIfAny();
  }
  return problems.map(({ path, error }) => `${error.code} [${path}] ${error.detail}\n  ${error.remedy}`);
}

const USES = {
  value: 'is part of a longer text',
  key: 'is part of a key',
  identity: 'is part of what names the object',
};

function problemOf({ policy, object, field, within }: ObjectUse): FairleadError {
  return errors.VersionDerived({ policy, object, field, use: USES[within] });
}
