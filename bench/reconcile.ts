import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from '../demo/agent-process';
import { applyAll, applyCrds } from '../demo/bootstrap';
import { isReady, until } from '../demo/observe';
import { RawKubeClient } from '../src/kube/client';
import { readKubeconfig } from '../src/kube/kubeconfig';
import type { KubeClient } from '../src/kube/types';
import type { Kind } from '../src/model/kinds';
import { kinds } from '../src/model/kinds';
import { apiVersionOf, idOf, type KubeObject } from '../src/model/object';
import { TestBed } from '../src/testbed/test-bed';
import { atOnce } from './at-once';
import { commitFiles } from './commit-files';
import { rise, scrape } from './metrics';
import { usageOf } from './process-usage';
import { progress, report, timed } from './report';
import { withAgent } from './with-agent';

const NAMESPACE = 'flux-system';
const CONNECTIONS = 16;
/** For so long after its definition is established the API server holds back every create of a kind. */
const CREATE_DELAY_MS = 2_100;

/** What a reconcile benchmark brings: files for Git, objects for the agent, and what the floor sends for each. */
export interface Workload {
  readonly bench: string;
  readonly kind: Kind;
  readonly files: Readonly<Record<string, string>>;
  readonly namespaces: readonly string[];
  readonly objects: readonly KubeObject[];
  /** For each object: what would have to be sent at the very least, in a namespace of the floor's own. */
  readonly floor: { readonly namespaces: readonly string[]; readonly objects: readonly (readonly KubeObject[])[] };
}

/** From the first object created to the last one Ready, beside the same objects and one status write each sent raw, on one control plane. */
export async function reconcileBench(workload: Workload): Promise<void> {
  const count = workload.objects.length;
  progress(`${workload.bench}: ${count} objects; booting a control plane`);
  const bed = await TestBed.start({ scheduler: false, kwok: false, registry: false, progress });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
  const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), { maxSockets: CONNECTIONS } as never);
  try {
    await applyCrds(client);
    await sleep(CREATE_DELAY_MS);
    await applyAll(
      client,
      [NAMESPACE, ...workload.namespaces, ...workload.floor.namespaces].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    );
    progress(`${workload.bench}: the floor`);
    const floorSeconds = await floor(client, workload);
    const source = await bed.git.createRepository('bench');
    await commitFiles(join(folder, 'repository'), source.url, workload.files);
    await withAgent(bed.kubeconfig, folder, async (agent, address) => {
      await measure(client, workload, { agent, address, floorSeconds, sourceUrl: source.url });
    });
  } finally {
    client.close();
    await bed.stop();
    await rm(folder, { recursive: true });
  }
}

async function measure(
  client: KubeClient,
  workload: Workload,
  run: { agent: AgentProcess; address: string; floorSeconds: number; sourceUrl: string },
): Promise<void> {
  const count = workload.objects.length;
  await applyAll(client, [
    {
      apiVersion: apiVersionOf(kinds.GitRepository),
      kind: 'GitRepository',
      metadata: { name: 'bench', namespace: NAMESPACE },
      spec: { url: run.sourceUrl, interval: '60m', ref: { branch: 'main' } },
    },
  ]);
  await until(client, kinds.GitRepository, { namespace: NAMESPACE }, 'the source', (objects) => objects.find(isReady));
  progress(`${workload.bench}: the agent`);
  const usageBefore = usageOf(run.agent.pid!);
  const metricsBefore = await scrape(run.address);
  const ready = until(
    client,
    workload.kind,
    {},
    `${count} Ready`,
    (objects) => (objects.filter(isReady).length >= count ? true : undefined),
    30 * 60_000,
  );
  const { seconds } = await timed(async () => {
    await atOnce(CONNECTIONS, workload.objects, (object) => client.create(object));
    await ready;
  });
  const usage = usageOf(run.agent.pid!);
  const metrics = await scrape(run.address);
  const requests = rise(metricsBefore, metrics, 'fairlead_api_requests_total');
  report({
    bench: workload.bench,
    count,
    seconds,
    floorSeconds: run.floorSeconds,
    timesTheFloor: seconds / run.floorSeconds,
    agentCpuSeconds: usage.cpuSeconds - usageBefore.cpuSeconds,
    agentRssMiB: usage.peakRssMiB,
    apiRequests: requests.reduce((sum, [, value]) => sum + value, 0) / count,
    apiRequestsBy: Object.fromEntries(requests.map(([labels, value]) => [labels, value / count])),
    eventLoopDelayP99Ms: (metrics.get('fairlead_event_loop_delay_seconds{quantile="0.99"}') ?? 0) * 1000,
  });
}

/** The same objects and one status write each, from so many connections. */
async function floor(client: KubeClient, { kind, floor: { namespaces, objects } }: Workload): Promise<number> {
  const carriers = objects.map(
    (_, index): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `${kind.plural}-${index}`, namespace: namespaces[0] },
      spec: {
        replicas: 0,
        selector: { matchLabels: { carrier: `${index}` } },
        template: { metadata: { labels: { carrier: `${index}` } }, spec: { containers: [{ name: 'none', image: 'none' }] } },
      },
    }),
  );
  await atOnce(CONNECTIONS, carriers, (carrier) => client.create(carrier));
  const { seconds } = await timed(() =>
    atOnce(CONNECTIONS, [...objects.entries()], async ([index, mine]) => {
      for (const object of mine) await client.apply(idOf(object), JSON.stringify(object), { fieldManager: 'floor' });
      await client.patch(idOf(carriers[index]), 'merge', { status: { observedGeneration: 1, replicas: 0 } }, { subresource: 'status' });
    }),
  );
  return seconds;
}
