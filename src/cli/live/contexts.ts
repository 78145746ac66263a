import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { load } from 'js-yaml';
import { clusterUid } from '../../agent/runtime/cluster-uid';
import type { RawKubeClient } from '../../kube/client';

/** What the current context may take to answer before others are asked. */
const HEAD_START_MS = 1_000;

/** Contexts that a kubeconfig has. */
export interface Contexts {
  readonly names: readonly string[];
  readonly current?: string;
}

/** None where the file cannot be read: whoever connects says what is wrong with it. */
export function contextsIn(file: string): Contexts {
  const { contexts = [], 'current-context': current } = configIn(file);
  const names = contexts.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  return { names, ...(typeof current === 'string' && current !== '' && { current }) };
}

/**
 * Behind which contexts the clusters of these UIDs are. The current one is asked first, and the others only for what is left: asking may start a login. Those
 * that are silent hold up nothing once all are found.
 */
export async function contextsOfUids(
  uids: ReadonlySet<string>,
  { names, current }: Contexts,
  connect: (context: string) => RawKubeClient,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const clients: RawKubeClient[] = [];
  const isEnough = () => found.size === uids.size;
  const ask = async (context: string) => {
    if (isEnough()) return;
    const uid = await uidBehind(() => {
      const client = connect(context);
      clients.push(client);
      return client;
    });
    if (uid !== undefined && uids.has(uid) && !found.has(uid)) found.set(uid, context);
  };
  const first = current === undefined ? [] : [ask(current)];
  await Promise.race([Promise.all(first), setTimeout(HEAD_START_MS, undefined, { ref: false })]);
  await enough([...first, ...names.filter((context) => context !== current).map(ask)], isEnough);
  for (const client of clients) client.close();
  return found;
}

/** Until all is done, or what is done is enough. */
function enough(work: readonly Promise<void>[], isEnough: () => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    for (const one of work) one.then(() => isEnough() && resolve(undefined), reject);
    Promise.all(work).then(resolve, reject);
  });
}

/** Nothing where it cannot be asked: whatever is wrong with it, it is none that is looked for. */
async function uidBehind(connect: () => RawKubeClient): Promise<string | undefined> {
  try {
    return await clusterUid(connect());
  } catch {
    return undefined;
  }
}

interface Kubeconfig {
  readonly contexts?: readonly { readonly name?: unknown }[];
  readonly 'current-context'?: unknown;
}

function configIn(file: string): Kubeconfig {
  try {
    return (load(readFileSync(file, 'utf8')) ?? {}) as Kubeconfig;
  } catch {
    return {};
  }
}
