import type { KubeClient } from '../../src/kube/types';
import { printSuspension, SUSPENSIONS, type SuspendedRef, suspensionKey } from '../../src/model/suspension';
import { AGENT_NAMESPACE } from './agent';

const HOUR_MS = 3_600_000;
const EVENT = { group: '', version: 'v1', kind: 'Event' };

/** The ConfigMap that suspensions are in. */
export const SUSPENSIONS_ID = { group: '', version: 'v1', kind: 'ConfigMap', namespace: AGENT_NAMESPACE, name: SUSPENSIONS };

/** As `fairlead suspend` does, by ada, to look at something. */
export async function suspend(client: KubeClient, of: SuspendedRef, forMs = HOUR_MS): Promise<void> {
  const suspension = { of, by: 'ada', since: new Date().toISOString(), until: new Date(Date.now() + forMs).toISOString(), reason: 'looking' };
  await setEntry(client, of, printSuspension(suspension));
}

export async function resume(client: KubeClient, of: SuspendedRef): Promise<void> {
  await setEntry(client, of, null);
}

async function setEntry(client: KubeClient, of: SuspendedRef, text: string | null): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SUSPENSIONS, namespace: AGENT_NAMESPACE } };
  await client.create(object).catch(() => undefined);
  await client.patch(SUSPENSIONS_ID, 'merge', { data: { [suspensionKey(of)]: text } });
}

/** Resolves once an event in a namespace says so. */
export async function told(client: KubeClient, reason: string, says: string, namespace = AGENT_NAMESPACE): Promise<void> {
  for (;;) {
    const events = await client.list(EVENT, { namespace });
    if (events.some((one) => one.reason === reason && (one.message as string).includes(says))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
