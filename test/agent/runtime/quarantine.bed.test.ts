import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commitFiles } from '../../../bench/commit-files';
import { AgentProcess } from '../../../demo/agent-process';
import { layFoundations } from '../../../demo/bootstrap';
import { conditionOf, isReady } from '../../../demo/observe';
import { FlightRecord } from '../../../src/agent/runtime/flight-record';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { kinds } from '../../../src/model/kinds';
import { AGENT_NAMESPACE as NAMESPACE, untilObject } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { told } from '../../support/suspend';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false });
const RELEASE = { ...kinds.HelmRelease, namespace: NAMESPACE, name: 'slow' };
const FILES = {
  'app/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\n',
  'chart/Chart.yaml': 'apiVersion: v2\nname: slow\nversion: 1.0.0\n',
  // Keeps the engine busy for longer than it takes to kill the agent.
  'chart/templates/slow.yaml': '{{ range until 9000 }}{{ range until 9000 }}{{ end }}{{ end }}',
};

let folder: string;
let client: RawKubeClient;
let agent: AgentProcess | undefined;
let starts = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-quarantine-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await layFoundations(client);
  const { url } = await bed().git.createRepository('acme/apps');
  await commitFiles(join(folder, 'work'), url, FILES);
  await client.create({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: NAMESPACE, name: 'apps' },
    spec: { url, interval: '1h', ref: { branch: 'main' } },
  });
  await client.create({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace: NAMESPACE, name: RELEASE.name },
    spec: { interval: '1h', chart: { spec: { chart: './chart', sourceRef: { kind: 'GitRepository', name: 'apps' } } } },
  });
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await agent?.kill();
  client?.close();
  await rm(folder, { recursive: true, force: true });
});

function startAgent(): void {
  agent = AgentProcess.start(bed().kubeconfig, {
    log: join(folder, `agent-${++starts}.log`),
    dataFolder: join(folder, 'data'),
    arguments: ['--sealed-secrets=off', '--metrics-addr=127.0.0.1:0'],
    env: { FAIRLEAD_LEASE_TIMES: '30000,5000,2000' },
  });
}

/** The line of the agent's log that holds this, as soon as there is one. */
async function said(words: string): Promise<string> {
  for (;;) {
    const log = await readFile(join(folder, `agent-${starts}.log`), 'utf8');
    const line = log
      .slice(0, log.lastIndexOf('\n'))
      .split('\n')
      .find((one) => one.includes(words));
    if (line !== undefined) return line;
    await sleep(20);
  }
}

async function metrics(): Promise<string> {
  const { address } = JSON.parse(await said('"serving metrics and health"')) as { address: string };
  return await (await fetch(`http://${address}/metrics`)).text();
}

/** The release is the only object that the agent works on. */
async function alone(): Promise<void> {
  await said('"reconciling"');
  const inFlight = () => (FlightRecord.left(join(folder, 'data', 'in-flight')) ?? []).map(({ name }) => name);
  while (inFlight().join() !== RELEASE.name) await sleep(20);
}

test('an object in flight at two crashes is left alone and said so, all else goes on, and it is tried again when asked for', async () => {
  for (let crash = 1; crash <= 2; crash++) {
    startAgent();
    await alone();
    await agent!.kill();
  }
  startAgent();
  const held = await untilObject(
    client,
    RELEASE,
    (found) => found !== undefined && conditionOf(found, 'Ready')?.reason === 'Quarantined',
    'quarantined',
  );
  expect(conditionOf(held!, 'Ready')).toMatchObject({ status: 'False', message: expect.stringMatching(/^FL5110: HelmRelease\/flux-system\/slow /) });
  expect(await metrics()).toContain('fairlead_quarantined{kind="HelmRelease",namespace="flux-system",name="slow"} 1');

  await client.create({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: NAMESPACE, name: 'app' },
    spec: { interval: '1h', prune: true, path: './app', sourceRef: { kind: 'GitRepository', name: 'apps' } },
  });
  await untilObject(client, { ...kinds.Kustomization, namespace: NAMESPACE, name: 'app' }, (found) => found !== undefined && isReady(found), 'Ready');
  await told(client, 'Quarantined', 'FL5110');
  const events = await client.list({ group: '', version: 'v1', kind: 'Event' }, { namespace: NAMESPACE });
  expect(events.filter(({ reason }) => reason === 'Quarantined')).toHaveLength(1);

  await client.patch(RELEASE, 'merge', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } });
  await alone();
}, 240_000);
