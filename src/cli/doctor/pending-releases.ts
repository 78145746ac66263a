import type { KubeObject } from '../../model/object';
import { printAge } from '../print/age';
import type { Check, Finding } from './check';

const SECRET = { group: '', version: 'v1', kind: 'Secret' };
const PENDING = 'owner=helm,status in (pending-install,pending-upgrade,pending-rollback,uninstalling)';
/** Helm's own work takes as long as its timeout, which is five minutes as a rule. */
const SLOW_MS = 10 * 60_000;

/** Releases that somebody began to change and never ended: helm refuses to touch them. */
export const pendingReleases: Check = {
  name: 'pending releases',
  look: async ({ client, now }) => pendingFindings(await client.list(SECRET, { labelSelector: PENDING, as: 'metadata' }), now),
};

export function pendingFindings(secrets: readonly KubeObject[], now: Date): readonly Finding[] {
  const slow = secrets.filter((secret) => now.getTime() - touchedMs(secret) > SLOW_MS);
  if (slow.length === 0) return [{ level: 'ok', says: 'none' }];
  return slow.map((secret): Finding => {
    const { namespace, labels = {} } = secret.metadata;
    const since = printAge(new Date(touchedMs(secret)).toISOString(), now);
    const says = `${namespace}/${labels.name} revision ${labels.version} is ${labels.status}, begun ${since}`;
    return {
      level: 'warn',
      says,
      remedy: `the agent ends it when it comes by: fairlead reconcile HelmRelease/${namespace}/${labels.name}; by hand helm rollback ${labels.name} -n ${namespace}`,
    };
  });
}

function touchedMs({ metadata }: KubeObject): number {
  const { createdAt, modifiedAt } = metadata.labels ?? {};
  const seconds = Math.max(Number(createdAt ?? 0), Number(modifiedAt ?? 0));
  return seconds > 0 ? seconds * 1000 : Date.parse(metadata.creationTimestamp ?? '');
}
