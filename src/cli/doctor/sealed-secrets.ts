import { type Condition, conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { Check, Finding } from './check';

const MOST_LINES = 20;

interface Unsealed extends KubeObject {
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

/** Whether every SealedSecret became its Secret. */
export const sealedSecrets: Check = {
  name: 'SealedSecrets',
  look: async ({ client }) => {
    const all = await client.list<Unsealed>(kinds.SealedSecret);
    const faults = all.flatMap((one) => faultOf(one) ?? []);
    if (faults.length === 0) return [{ level: 'ok', says: `${all.length}, all unsealed` }];
    const more: Finding[] = faults.length > MOST_LINES ? [{ level: 'fail', says: `and ${faults.length - MOST_LINES} more` }] : [];
    return [...faults.slice(0, MOST_LINES), ...more];
  },
};

/** Undefined where it is unsealed as it is now. */
export function faultOf({ metadata, status }: Unsealed): Finding | undefined {
  const name = `${metadata.namespace}/${metadata.name}`;
  const synced = status?.conditions?.find(({ type }) => type === conditionTypes.synced);
  if (synced?.status === 'False') {
    return {
      level: 'fail',
      says: `${name}: ${sayable(synced)}`,
      remedy: 'what cannot be opened, and how to seal it anew: fairlead seal verify --lost',
    };
  }
  if (synced !== undefined && status?.observedGeneration === metadata.generation) return undefined;
  return { level: 'warn', says: `${name}: nobody unsealed it yet as it is now`, remedy: 'see whether the controller runs' };
}

/** Upstream's controller, which gives no reason, quotes values in what it says of templates. */
function sayable({ reason, message = '' }: Condition): string {
  if (reason) return message;
  const known = /no key could decrypt secret(?: \([^()]*\))?|already exists and is not managed by SealedSecret/.exec(message);
  return known?.[0] ?? 'it could not be unsealed; kubectl describe says why';
}
