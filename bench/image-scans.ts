import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyAll, applyCrds } from '../demo/bootstrap';
import { isReady, until } from '../demo/observe';
import { RawKubeClient } from '../src/kube/client';
import { readKubeconfig } from '../src/kube/kubeconfig';
import type { KubeClient } from '../src/kube/types';
import { type Kind, kinds } from '../src/model/kinds';
import { annotations } from '../src/model/labels';
import { apiVersionOf, idOf, type KubeObject } from '../src/model/object';
import { TestBed } from '../src/testbed/test-bed';
import { atOnce } from './at-once';
import { FakeImageRegistry } from './fake-image-registry';
import { rise, scrape } from './metrics';
import { usageOf } from './process-usage';
import { progress, report, timed } from './report';
import { leading, withAgent } from './with-agent';

const NAMESPACE = 'flux-system';
const CONNECTIONS = 16;
const TAGS = 1000;
/** For so long after its definition is established the API server holds back every create of a kind. */
const CREATE_DELAY_MS = 2_100;

/** Five policies a repository; the one by creation time has eight tags to look at. */
const POLICIES: readonly { readonly spec: object; readonly rule?: object }[] = [
  { spec: { policy: { semver: { range: '>=1.0.0' } } } },
  { spec: { policy: { semver: { range: '~1.500' } } } },
  { spec: { policy: { alphabetical: { order: 'asc' } }, filterTags: { pattern: '^dev-' } } },
  { spec: { policy: { numerical: { order: 'asc' } }, filterTags: { pattern: '^1\\.(\\d+)\\.0$', extract: '$1' } } },
  {
    spec: { policy: { alphabetical: {} }, filterTags: { pattern: '^$' } },
    rule: { order: 'newest', filter: { glob: 'dev-000000*' }, exclude: [{ glob: '*tmp*' }] },
  },
];

/** Twice as many repositories of 1000 tags, five policies each: the first scan and choice, then a round in which nothing is new. */
export async function imageScansBench(count: number): Promise<void> {
  const repositories = 2 * count;
  progress(`image-scans: ${repositories} repositories of ${TAGS} tags, ${repositories * POLICIES.length} policies; booting a control plane`);
  const registry = await FakeImageRegistry.start(TAGS);
  const bed = await TestBed.start({ controllers: false, scheduler: false, kwok: false, git: false, registry: false, progress });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
  const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), { maxSockets: CONNECTIONS } as never);
  try {
    await applyCrds(client);
    await sleep(CREATE_DELAY_MS);
    await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
    await withAgent(bed.kubeconfig, folder, async (agent, address) => {
      await leading(address);
      await measure(client, registry, repositories, agent.pid!, address);
    });
  } finally {
    client.close();
    await bed.stop();
    await registry.stop();
    await rm(folder, { recursive: true });
  }
}

async function measure(client: KubeClient, registry: FakeImageRegistry, count: number, pid: number, address: string): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  const objects = names.flatMap((name) => objectsOf(name, registry.host));
  const idleRssMiB = rssMiB(pid);
  const first = await timed(async () => {
    const ready = allReady(client, kinds.ImagePolicy, count * POLICIES.length);
    await atOnce(CONNECTIONS, objects, (object) => client.create(object));
    await ready;
  });
  const learnt = Object.fromEntries(registry.takeCounts());

  const cpuBefore = usageOf(pid).cpuSeconds;
  const metricsBefore = await scrape(address);
  const { seconds } = await timed(() => round(client, names, 'round'));
  const metrics = await scrape(address);
  const asked = registry.takeCounts();
  report({
    bench: 'image-scans',
    count,
    tagsEach: TAGS,
    policies: count * POLICIES.length,
    firstSeconds: first.seconds,
    firstRequests: learnt,
    seconds,
    agentCpuSeconds: usageOf(pid).cpuSeconds - cpuBefore,
    listRequestsPerRepository: (asked.get('list') ?? 0) / count,
    headRequestsPerRepository: (asked.get('head') ?? 0) / count,
    otherRequestsPerRepository: [...asked].reduce((sum, [kind, value]) => sum + (kind === 'list' || kind === 'head' ? 0 : value), 0) / count,
    statusWrites: Object.fromEntries(rise(metricsBefore, metrics, 'fairlead_status_writes_total')),
    policyVisits: rise(metricsBefore, metrics, 'fairlead_reconciles_total').reduce(
      (sum, [labels, value]) => sum + (labels.includes('ImagePolicy') ? value : 0),
      0,
    ),
    rssGrowthMiB: rssMiB(pid) - idleRssMiB,
    agentRssMiB: rssMiB(pid),
    eventLoopDelayP99Ms: (metrics.get('fairlead_event_loop_delay_seconds{quantile="0.99"}') ?? 0) * 1000,
  });
}

/** Every repository is asked for, as at its interval, and has answered. */
async function round(client: KubeClient, names: readonly string[], token: string): Promise<void> {
  const done = until(
    client,
    kinds.ImageRepository,
    { namespace: NAMESPACE },
    'a round of scans',
    (objects) =>
      objects.filter(({ status }) => (status as { lastHandledReconcileAt?: string })?.lastHandledReconcileAt === token).length >= names.length ||
      undefined,
  );
  await atOnce(CONNECTIONS, names, (name) =>
    client.patch(idOf(head(kinds.ImageRepository, name)), 'merge', { metadata: { annotations: { [annotations.requestedAt]: token } } }),
  );
  await done;
}

function allReady(client: KubeClient, kind: Kind, count: number): Promise<true> {
  return until(
    client,
    kind,
    { namespace: NAMESPACE },
    `${count} Ready`,
    (objects) => objects.filter(isReady).length >= count || undefined,
  ) as Promise<true>;
}

function objectsOf(name: string, host: string): KubeObject[] {
  const repository = { ...head(kinds.ImageRepository, name), spec: { image: `${host}/bench/${name}`, interval: '1h' } };
  const policies = POLICIES.map(({ spec, rule }, index) => {
    const { metadata, ...rest } = head(kinds.ImagePolicy, `${name}-${index}`);
    const notes = rule === undefined ? {} : { annotations: { [annotations.imageRule]: JSON.stringify(rule) } };
    return { ...rest, metadata: { ...metadata, ...notes }, spec: { imageRepositoryRef: { name }, ...spec } };
  });
  return [repository, ...policies];
}

function head(kind: Kind, name: string) {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, namespace: NAMESPACE } };
}

function rssMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
