import { lacksBackup } from '../../seal/sealing-key';
import { type ClusterKeys, newestOf, readClusterKeys } from '../seal/keys/cluster-keys';
import type { Check, Finding } from './check';

const DAY_MS = 86_400_000;
/** Whoever seals offline needs the next certificate before this one ends. */
const WARN_DAYS = 60;

/** Whether what is sealed can be opened, now and after a disaster. */
export const sealingKeys: Check = {
  name: 'sealing keys',
  look: async ({ client, sealedSecretsNamespace, now }) =>
    findKeyFaults(await readClusterKeys(client, sealedSecretsNamespace), sealedSecretsNamespace, now),
};

export function findKeyFaults(found: ClusterKeys, namespace: string, now: Date): readonly Finding[] {
  const unreadable = found.unreadable.map(({ error }): Finding => ({ level: 'fail', says: error.detail, remedy: error.remedy }));
  const newest = newestOf(found);
  if (newest === undefined) {
    const says = `namespace ${namespace} has no key in use: nothing can be unsealed`;
    return [...unreadable, { level: 'fail', says, remedy: 'fairlead seal restore <backup>; for a new cluster the agent makes the first one' }];
  }
  const faults = [...unreadable, ...ending(newest.key, now), ...unsaved(found)];
  if (faults.length > 0) return faults;
  const active = found.keys.filter(({ isActive }) => isActive).length;
  return [{ level: 'ok', says: `${active} in use, the newest is ${newest.key.name} and saved` }];
}

function ending({ name, notAfter }: { readonly name: string; readonly notAfter: Date }, now: Date): Finding[] {
  const days = Math.floor((+notAfter - +now) / DAY_MS);
  if (days >= WARN_DAYS) return [];
  const remedy = 'have the controller make the next one, then fairlead seal cert and fairlead seal rotate';
  if (days < 0) return [{ level: 'fail', says: `the certificate of the newest key ${name} ended on ${notAfter.toISOString()}`, remedy }];
  return [{ level: 'warn', says: `the certificate of the newest key ${name} ends in ${days} days`, remedy }];
}

function unsaved({ keys }: ClusterKeys): Finding[] {
  const names = keys.filter(({ key, isActive }) => isActive && lacksBackup(key)).map(({ key }) => key.name);
  if (names.length === 0) return [];
  const says = `${names.join(', ')}: never saved, so what is sealed would be lost with the cluster`;
  return [{ level: 'warn', says, remedy: 'fairlead seal backup' }];
}
