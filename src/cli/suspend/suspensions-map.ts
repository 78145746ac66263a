import { errors } from '../../common/errors';
import { isAlreadyExists, isConflict } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { printSuspension, SUSPENSIONS, type SuspendedRef, type Suspension, suspensionKey, suspensionsIn } from '../../model/suspension';

type SuspensionsMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const MOST_TRIES = 10;
const FIELD_MANAGER = 'fairlead';

/** Suspensions that last now. */
export async function readSuspensions(client: KubeClient, namespace: string, now: Date): Promise<readonly Suspension[]> {
  return suspensionsIn((await read(client, namespace))?.data ?? {}, now);
}

/** Begins a suspension, or extends the one there is: that keeps its beginning. Gives it as it is now. Throws `SuspensionConflict`. */
export async function writeSuspension(client: KubeClient, namespace: string, wanted: Suspension): Promise<Suspension> {
  let written = wanted;
  await change(client, namespace, (data) => {
    const before = suspensionsIn({ ...data }, new Date(wanted.since)).find(({ of }) => suspensionKey(of) === suspensionKey(wanted.of));
    written = { ...wanted, since: before?.since ?? wanted.since };
    return { [suspensionKey(wanted.of)]: printSuspension(written) };
  });
  return written;
}

/** Ends a suspension. */
export async function endSuspension(client: KubeClient, namespace: string, of: SuspendedRef): Promise<void> {
  await change(client, namespace, () => ({ [suspensionKey(of)]: null }));
}

/** Changes keys of the ConfigMap as it is: where somebody was quicker, of what they made of it. */
async function change(
  client: KubeClient,
  namespace: string,
  changes: (data: Readonly<Record<string, string>>) => Readonly<Record<string, string | null>>,
): Promise<void> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const map = await read(client, namespace);
    const data = changes(map?.data ?? {});
    try {
      if (map === undefined) await client.create(newMap(namespace, data), { fieldManager: FIELD_MANAGER });
      else
        await client.patch(
          { ...CONFIG_MAP, namespace, name: SUSPENSIONS },
          'merge',
          { metadata: { resourceVersion: map.metadata.resourceVersion }, data },
          { fieldManager: FIELD_MANAGER },
        );
      return;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
  }
  throw errors.SuspensionConflict({ configMap: `${namespace}/${SUSPENSIONS}`, tries: MOST_TRIES });
}

const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

function read(client: KubeClient, namespace: string): Promise<SuspensionsMap | undefined> {
  return client.get<SuspensionsMap>({ ...CONFIG_MAP, namespace, name: SUSPENSIONS });
}

function newMap(namespace: string, data: Readonly<Record<string, string | null>>): KubeObject {
  const given = Object.fromEntries(Object.entries(data).filter(([, text]) => text !== null));
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SUSPENSIONS, namespace, labels: { [labels.managedBy]: 'fairlead' } }, data: given };
}
