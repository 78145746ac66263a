import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from '../demo/agent-process';
import { applyAll, applyCrds } from '../demo/bootstrap';
import { until } from '../demo/observe';
import { RawKubeClient } from '../src/kube/client';
import { readKubeconfig } from '../src/kube/kubeconfig';
import type { KubeClient } from '../src/kube/types';
import { kinds } from '../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../src/model/object';
import { createSealingKey } from '../src/seal/create-key';
import { type KeySecret, keySecret } from '../src/seal/key-secret';
import { labelFor } from '../src/seal/scope';
import { openValue, parseSealedValue, sealValue } from '../src/seal/sealed-value';
import { newestFirst, parseSealingKey, type SealingKey } from '../src/seal/sealing-key';
import { TestBed, type TestBedOptions } from '../src/testbed/test-bed';
import { SealedSecretsController } from '../test/support/sealed-secrets-controller';
import { atOnce } from './at-once';
import { rise, scrape } from './metrics';
import { usageOf } from './process-usage';
import { progress, report, timed } from './report';
import { leading, withAgent } from './with-agent';

const NAMESPACE = 'bench';
const KEYS_NAMESPACE = 'kube-system';
const CONNECTIONS = 16;
const VALUES = 3;
/** Two years of renewals. */
const KEYS = 24;
/** For so long after its definition is established the API server holds back every create of a kind. */
const CREATE_DELAY_MS = 2_100;
const MOST_FOR_PEER = 20;
const REQUESTS = 'fairlead_api_requests_total';
const SEALED_SECRETS = ['--sealed-secrets', 'on'];

interface Case {
  readonly sealedFor: string;
  keyOf(keys: readonly SealingKey[], index: number): SealingKey;
}

const CASES: readonly Case[] = [
  { sealedFor: 'newest', keyOf: (keys) => keys[0]! },
  { sealedFor: 'spread', keyOf: (keys, index) => keys[index % keys.length]! },
];

/**
 * SealedSecrets of three values in a cluster with many keys, of which nothing says which one opens them: unsealed, and then a start of the agent in
 * which nothing changed. The floor is the processor time of opening each value once, with the right key; the peer is upstream's controller, which
 * takes so long that it gets a few.
 */
export async function sealedSecretsBench(count: number): Promise<void> {
  progress(`sealed-secrets: making ${Math.min(KEYS, count)} keys`);
  const secrets = await makeKeys(Math.min(KEYS, count));
  const keys = newestFirst(secrets.map(parseSealingKey));
  for (const { sealedFor, keyOf } of CASES) {
    const objects = Array.from({ length: count }, (_, index) => sealed(`s${index}`, keyOf(keys, index)));
    const ours = await measureAgent(secrets, objects);
    const peer = await measurePeer(secrets, objects.slice(0, MOST_FOR_PEER));
    const floor = { floorCpuSeconds: floorCpuSeconds(count, keys[0]!) };
    report({ bench: 'sealed-secrets', count, values: VALUES, keys: keys.length, sealedFor, ...ours, ...floor, ...peer });
  }
}

async function measureAgent(secrets: readonly KeySecret[], objects: readonly KubeObject[]) {
  progress(`sealed-secrets: ${objects.length} for the agent; booting a control plane`);
  const options = { controllers: false, scheduler: false, kwok: false, git: false, registry: false };
  return withCluster(options, secrets, async (bed, client) => {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
    try {
      return { ...(await unseal(bed, client, folder, objects)), ...(await startAgain(bed, folder)) };
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

function unseal(bed: TestBed, client: KubeClient, folder: string, objects: readonly KubeObject[]) {
  const measure = async (agent: AgentProcess, address: string) => {
    await leading(address);
    const usageBefore = usageOf(agent.pid!);
    const metricsBefore = await scrape(address);
    const seconds = await untilSynced(client, objects);
    const usage = usageOf(agent.pid!);
    const metrics = await scrape(address);
    return {
      seconds,
      agentCpuSeconds: usage.cpuSeconds - usageBefore.cpuSeconds,
      agentRssMiB: usage.peakRssMiB,
      apiRequests: rise(metricsBefore, metrics, REQUESTS).reduce((sum, [, value]) => sum + value, 0) / objects.length,
      eventLoopDelayP99Ms: (metrics.get('fairlead_event_loop_delay_seconds{quantile="0.99"}') ?? 0) * 1000,
    };
  };
  return withAgent(bed.kubeconfig, folder, measure, SEALED_SECRETS);
}

/** Nothing changed meanwhile, so that nothing is opened or sent. */
function startAgain(bed: TestBed, folder: string) {
  const measure = async (agent: AgentProcess, address: string) => {
    await leading(address);
    const requests = rise(new Map(), await scrape(address), REQUESTS).filter(([labels]) => /"secrets"|sealedsecrets/.test(labels));
    return { unchangedCpuSeconds: usageOf(agent.pid!).cpuSeconds, unchangedSecretRequests: requests.reduce((sum, [, value]) => sum + value, 0) };
  };
  return withAgent(bed.kubeconfig, folder, measure, SEALED_SECRETS);
}

/** Upstream's controller runs as a Pod. */
function measurePeer(secrets: readonly KeySecret[], objects: readonly KubeObject[]) {
  progress(`sealed-secrets: ${objects.length} for upstream's controller; booting a control plane`);
  return withCluster({ git: false, registry: false }, secrets, async (bed, client) => {
    const controller = await SealedSecretsController.install(bed, client);
    try {
      const before = usageOf(controller.pid!);
      const peerSeconds = await untilSynced(client, objects);
      const { cpuSeconds, peakRssMiB } = usageOf(controller.pid!);
      return { peerCount: objects.length, peerSeconds, peerCpuSeconds: cpuSeconds - before.cpuSeconds, peerRssMiB: peakRssMiB };
    } finally {
      await controller.stop();
    }
  });
}

async function withCluster<T>(
  options: TestBedOptions,
  secrets: readonly KeySecret[],
  use: (bed: TestBed, client: RawKubeClient) => Promise<T>,
): Promise<T> {
  const bed = await TestBed.start({ ...options, progress });
  const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), { maxSockets: CONNECTIONS } as never);
  try {
    await applyCrds(client);
    await sleep(CREATE_DELAY_MS);
    await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
    await atOnce(CONNECTIONS, secrets, (secret) => client.create(secret));
    return await use(bed, client);
  } finally {
    client.close();
    await bed.stop();
  }
}

/** From the first object created to the last one unsealed, in seconds. */
async function untilSynced(client: KubeClient, objects: readonly KubeObject[]): Promise<number> {
  const areAll = (seen: readonly KubeObject[]) => seen.filter(isSynced).length >= objects.length || undefined;
  const done = until(client, kinds.SealedSecret, { namespace: NAMESPACE }, `${objects.length} Synced`, areAll, 30 * 60_000);
  const { seconds } = await timed(async () => {
    await atOnce(CONNECTIONS, objects, (object) => client.create(object));
    await done;
  });
  return seconds;
}

const SAMPLES = 100;

function floorCpuSeconds(count: number, key: SealingKey): number {
  const label = Buffer.from('floor');
  const value = parseSealedValue(sealValue(Buffer.from('value'), key.publicKey, label))!;
  const before = process.cpuUsage();
  for (let sample = 0; sample < SAMPLES; sample++) openValue(value, key.privateKey, label);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1e6 / SAMPLES) * count * VALUES;
}

async function makeKeys(count: number): Promise<KeySecret[]> {
  const keys: KeySecret[] = [];
  for (let index = 0; index < count; index++) {
    keys.push({ ...keySecret(await createSealingKey({}), { namespace: KEYS_NAMESPACE, name: `sealed-secrets-key${index}` }) });
    await sleep(1_000); // certificates count whole seconds, and the newest is to be one
  }
  return keys;
}

function sealed(name: string, key: SealingKey): KubeObject {
  const label = labelFor('strict', NAMESPACE, name);
  const values = Array.from({ length: VALUES }, (_, index) => [
    `key${index}`,
    sealValue(Buffer.from(`value ${index} of ${name}`), key.publicKey, label),
  ]);
  return {
    apiVersion: apiVersionOf(kinds.SealedSecret),
    kind: kinds.SealedSecret.kind,
    metadata: { name, namespace: NAMESPACE },
    spec: { encryptedData: Object.fromEntries(values) },
  };
}

function isSynced({ metadata, status }: KubeObject): boolean {
  const { observedGeneration, conditions } = (status ?? {}) as { observedGeneration?: number; conditions?: { type: string; status: string }[] };
  return observedGeneration === metadata.generation && conditions?.some((one) => one.type === 'Synced' && one.status === 'True') === true;
}
