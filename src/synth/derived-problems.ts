import { errors, type FairleadError } from '../common/errors';
import type { LockRequest } from './lock-request';
import type { ObjectUse } from './render-app';
import type { Warning } from './warnings';

/** What is to be said of versions that are computed with, where automation would raise them. */
export function derivedProblems(uses: readonly ObjectUse[], requests: readonly LockRequest[]): Warning[] {
  const automated = new Set(requests.filter(({ automation }) => automation !== undefined).map(({ policy }) => policy));
  return uses.filter(({ policy }) => automated.has(policy)).map((use) => ({ path: use.construct, error: problemOf(use) }));
}

const USES = {
  value: 'is part of a longer text',
  key: 'is part of a key',
  identity: 'is part of what names the object',
};

function problemOf({ policy, object, field, within }: ObjectUse): FairleadError {
  return errors.VersionDerived({ policy, object, field, use: USES[within] });
}
