import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject, nameOf } from '../../model/object';
import { withCluster } from '../cluster/with-cluster';
import { findTarget } from '../live/find-target';
import { type LiveKustomization, sourceRefOf } from '../live/layers';
import type { LiveOptions } from '../live/options';
import { readWorld } from '../live/read-world';
import { readinessOf } from '../live/readiness';
import { resumeWords, suspendedWords } from '../live/suspended';
import { isReconcilable } from '../live/target';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';
import { oneLine } from '../print/one-line';
import { climb } from '../trace/climb';
import { type Held, heldBy } from './held-by';
import { isHandled, requestFor } from './request';
import { releaseSource } from './sources';

export interface ReconcileOptions extends LiveOptions {
  readonly namespace?: string;
  readonly withSource?: boolean;
  readonly force?: boolean;
  readonly wait: boolean;
  /** In milliseconds. */
  readonly timeout: number;
}

const FIELD_MANAGER = 'fairlead';
const TIMED_OUT = 124;
/** Who waits longer wants to know for what. */
const TELL_AFTER_MS = 2_000;

/** `fairlead reconcile`: asks for a visit now, waits for it, and says how it ended. Gives the exit code. */
export async function runReconcile(target: string, options: ReconcileOptions): Promise<number> {
  return await withCluster(options, async (client) => {
    const world = await readWorld(client, { ...options, workloads: false });
    const object = await findTarget(client, target, world, options.namespace);
    if (!isReconcilable(object)) {
      const [owner] = (await climb(client, object)).objects.slice(1).filter(isReconcilable);
      throw errors.NotReconcilable({
        object: nameOf(refOf(object)),
        owner: owner === undefined ? 'its owner' : `fairlead reconcile ${owner.kind}/${owner.metadata.name} -n ${owner.metadata.namespace}`,
      });
    }
    const source = options.withSource ? sourceOf(object, world) : undefined;
    for (const one of source === undefined ? [object] : [source, object]) {
      const code = await reconcileOne(client, one, world, options);
      if (code !== 0) return code;
    }
    return 0;
  });
}

async function reconcileOne(
  client: KubeClient,
  object: KubeObject,
  world: World,
  { force = false, wait, timeout, agentNamespace }: ReconcileOptions,
): Promise<number> {
  const name = nameOf(refOf(object));
  const suspended = suspendedWords(object, world);
  if (suspended !== undefined) {
    process.stderr.write(`${name} is ${suspended}: nobody looks at it\n  next: ${resumeWords(object, world)}\n`);
    return 1;
  }
  const token = new Date().toISOString();
  await client.patch(idOf(object), 'merge', { metadata: { annotations: requestFor(object, token, force) } }, { fieldManager: FIELD_MANAGER });
  process.stderr.write(`${name}: asked for\n`);
  if (!wait) return 0;
  const request = handled(client, object, token, timeout);
  if ((await Promise.race([request, sleep(TELL_AFTER_MS, undefined, { ref: false })])) === undefined) {
    const { sentence } = await heldNow(client, object, agentNamespace);
    process.stderr.write(`${name}: not done yet: ${sentence}\n`);
  }
  const { object: after, isDone } = await request;
  if (!isDone) {
    const held = await heldNow(client, after, agentNamespace);
    process.stderr.write(`${name}: not done within ${timeout / 1000}s: ${held.sentence}\n  next: ${held.remedy}\n`);
    return TIMED_OUT;
  }
  const { status, message } = readinessOf(after);
  if (status === 'True') {
    process.stdout.write(`${name}: ${oneLine(message)}\n`);
    return 0;
  }
  const { sentence, remedy } = why(after, await readWorld(client, { agentNamespace }));
  process.stdout.write(`${name} is not ready: ${sentence}\n  next: ${remedy}\n`);
  return 1;
}

async function heldNow(client: KubeClient, object: KubeObject, agentNamespace: string): Promise<Held> {
  const world = await readWorld(client, { agentNamespace });
  return heldBy(world.objects.get(refOf(object)) ?? object, world);
}

/** The object when the request was handled, else as it was when time was over. */
function handled(client: KubeClient, object: KubeObject, token: string, timeoutMs: number): Promise<{ object: KubeObject; isDone: boolean }> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return new Promise((resolve) => {
    let latest = object;
    const end = (isDone: boolean) => {
      clearTimeout(timer);
      stop.abort();
      resolve({ object: latest, isDone });
    };
    const timer = setTimeout(end, timeoutMs, false);
    const { namespace, name } = object.metadata;
    client.watch(
      idOf(object),
      { namespace, fieldSelector: `metadata.name=${name}` },
      (event) => {
        if (event.type === 'SYNCED' || event.type === 'DELETED') return;
        latest = event.object;
        if (isHandled(latest, token)) end(true);
      },
      stop.signal,
    );
  });
}

/** What an object is made from. */
function sourceOf(object: KubeObject, { objects }: World): KubeObject | undefined {
  const ref = object.kind === 'Kustomization' ? sourceRefOf(object as LiveKustomization) : releaseSource(object);
  return ref && objects.get(ref);
}
