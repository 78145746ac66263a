import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAppliedObjects } from '../../src/agent/apply/applied-objects';
import { AgentRuntime } from '../../src/agent/runtime/runtime';
import { createLogger } from '../../src/common/logger';
import { Redactor } from '../../src/common/redactor';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import type { KubeClient } from '../../src/kube/types';
import type { Kind } from '../../src/model/kinds';
import type { KubeObject, ObjectId } from '../../src/model/object';
import type { TestBed } from '../../src/testbed/test-bed';

export const AGENT_NAMESPACE = 'flux-system';
const CRDS = join(__dirname, '../../crds');
const MOST_MS = 100_000;

/** The agent's namespace, and kinds as the package ships them, ready for use. */
export async function installKinds(bed: TestBed, kinds: readonly Kind[]): Promise<void> {
  const names = kinds.map(({ group, plural }) => ({ file: join(CRDS, `${group}_${plural}.yaml`), crd: `crd/${plural}.${group}` }));
  await bed.kubectl(['create', 'namespace', AGENT_NAMESPACE]);
  await bed.kubectl(['apply', '--server-side', ...names.flatMap(({ file }) => ['-f', file])]);
  await untilEstablished(
    bed,
    names.map(({ crd }) => crd),
  );
}

/** A definition that the API server did not come to yet has no conditions at all, which `kubectl wait` takes for a failure. */
async function untilEstablished(bed: TestBed, crds: readonly string[]): Promise<void> {
  for (const until = Date.now() + MOST_MS; ; await sleep(100)) {
    try {
      await bed.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...crds]);
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** A runtime in this process, still without rooms. `FAIRLEAD_TEST_LOG` shows more of what it says than errors. */
export function createRuntime(bed: TestBed, dataFolder: string): AgentRuntime {
  const redactor = new Redactor();
  return new AgentRuntime({
    connection: readKubeconfig(bed.kubeconfig),
    agentNamespace: AGENT_NAMESPACE,
    dataFolder,
    concurrency: 4,
    log: createLogger({ level: process.env.FAIRLEAD_TEST_LOG === undefined ? 'error' : 'info', redact: (line) => redactor.redact(line) }),
    redactor,
    // On a machine that stands still for a while nothing is lost; a retry is also how long one request may take.
    leaseTimes: { durationMs: 40_000, renewMs: 5_000, retryMs: 2_000 },
    onLost: (error) => {
      throw error;
    },
    createAppliedObjects: (client, isSuspended) => createAppliedObjects(client, { agentNamespace: AGENT_NAMESPACE, isSuspended }),
  });
}

/** What a runtime has sent so far, by verb and resource, without discovery, lists, watches and leases: `create secrets`. */
export async function requestsOf(runtime: AgentRuntime | undefined): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const text = (await runtime?.metrics.text()) ?? '';
  for (const [, labels, count] of text.matchAll(/^fairlead_api_requests_total\{(.*)\} (\d+)$/gm)) {
    const of = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    if (/^(list|watch)$/.test(of.verb) || /^(discovery|version|leases\..*)$/.test(of.resource)) continue;
    const key = `${of.verb} ${of.resource}`;
    counts[key] = (counts[key] ?? 0) + Number(count);
  }
  return counts;
}

/** What there is more of. */
export function increase(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

/** An object as soon as it is as asked (undefined: it does not exist), by watch. */
export async function untilObject<T extends KubeObject>(
  client: KubeClient,
  id: ObjectId,
  isIt: (object: T | undefined) => boolean,
  what = 'as asked',
): Promise<T | undefined> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      let last: T | undefined;
      const look = (found: KubeObject | undefined) => {
        last = found as T | undefined;
        if (isIt(last)) resolve(last);
      };
      timer = setTimeout(() => reject(new Error(`${id.kind}/${id.name} was never ${what}: ${JSON.stringify(last, null, 1)}`)), MOST_MS);
      client.watch(
        id,
        { ...(id.namespace === '' ? {} : { namespace: id.namespace }), fieldSelector: `metadata.name=${id.name}` },
        (event) => {
          if (event.type === 'SYNCED') {
            if (event.keys.size === 0) look(undefined);
          } else look(event.type === 'DELETED' ? undefined : event.object);
        },
        stop.signal,
      );
    });
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
