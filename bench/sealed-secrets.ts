import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { TestBed } from '../src/testbed/test-bed';
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
 * which nothing changed. The floor is the processor time of opening each value once, with the right key.
 */
export async function sealedSecretsBench(count: number): Promise<void> {
  progress(`sealed-secrets: making ${Math.min(KEYS, count)} keys`);
  const secrets = await makeKeys(Math.min(KEYS, count));
  for (const one of CASES) await run(count, secrets, one);
}

async function run(count: number, secrets: readonly KeySecret[], { sealedFor, keyOf }: Case): Promise<void> {
  progress(`sealed-secrets: ${count} sealed for ${sealedFor}; booting a control plane`);
  const keys = newestFirst(secrets.map(parseSealingKey));
  const objects = Array.from({ length: count }, (_, index) => sealed(`s${index}`, keyOf(keys, index)));
  const bed = await TestBed.start({ controllers: false, scheduler: false, kwok: false, git: false, registry: false, progress });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
  const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), { maxSockets: CONNECTIONS } as never);
  try {
    await applyCrds(client);
    await sleep(CREATE_DELAY_MS);
    await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
    await atOnce(CONNECTIONS, secrets, (secret) => client.create(secret));
    const unsealing = await unseal(client, bed.kubeconfig, folder, objects);
    const unchanged = await startAgain(bed.kubeconfig, folder);
    report({
      bench: 'sealed-secrets',
      count,
      values: VALUES,
      keys: keys.length,
      sealedFor,
      ...unsealing,
      floorCpuSeconds: floorCpuSeconds(count, keys[0]!),
      ...unchanged,
    });
  } finally {
    client.close();
    await bed.stop();
    await rm(folder, { recursive: true });
  }
}

async function unseal(client: KubeClient, kubeconfig: string, folder: string, objects: readonly KubeObject[]) {
  let result = { seconds: 0, agentCpuSeconds: 0, agentRssMiB: 0, apiRequests: 0, eventLoopDelayP99Ms: 0 };
  await withAgent(
    kubeconfig,
    folder,
    async (agent, address) => {
      await leading(address);
      const usageBefore = usageOf(agent.pid!);
      const metricsBefore = await scrape(address);
      const done = until(
        client,
        kinds.SealedSecret,
        { namespace: NAMESPACE },
        `${objects.length} Synced`,
        (seen) => seen.filter(isSynced).length >= objects.length || undefined,
        30 * 60_000,
      );
      const { seconds } = await timed(async () => {
        await atOnce(CONNECTIONS, objects, (object) => client.create(object));
        await done;
      });
      const usage = usageOf(agent.pid!);
      const metrics = await scrape(address);
      result = {
        seconds,
        agentCpuSeconds: usage.cpuSeconds - usageBefore.cpuSeconds,
        agentRssMiB: usage.peakRssMiB,
        apiRequests: rise(metricsBefore, metrics, 'fairlead_api_requests_total').reduce((sum, [, value]) => sum + value, 0) / objects.length,
        eventLoopDelayP99Ms: (metrics.get('fairlead_event_loop_delay_seconds{quantile="0.99"}') ?? 0) * 1000,
      };
    },
    SEALED_SECRETS,
  );
  return result;
}

/** Nothing changed meanwhile, so that nothing is opened or sent. */
async function startAgain(kubeconfig: string, folder: string) {
  let result = { unchangedCpuSeconds: 0, unchangedSecretRequests: 0 };
  await withAgent(
    kubeconfig,
    folder,
    async (agent, address) => {
      await leading(address);
      const requests = rise(new Map(), await scrape(address), 'fairlead_api_requests_total').filter(([labels]) =>
        /"secrets"|sealedsecrets/.test(labels),
      );
      result = { unchangedCpuSeconds: usageOf(agent.pid!).cpuSeconds, unchangedSecretRequests: requests.reduce((sum, [, value]) => sum + value, 0) };
    },
    SEALED_SECRETS,
  );
  return result;
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

const SEALED_SECRETS = ['--sealed-secrets', 'on'];

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
