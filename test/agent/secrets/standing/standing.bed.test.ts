import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawKubeClient } from '../../../../src/kube/client';
import { readKubeconfig } from '../../../../src/kube/kubeconfig';
import type { KubeObject } from '../../../../src/model/object';
import { isActiveKey } from '../../../../src/seal/sealing-key';
import { useBed } from '../../../support/bed';
import { AgentProcess } from '../../runtime/agent-process';

const bed = useBed({ git: false, registry: false });
const ACTIVE = 'SealedSecrets are unsealed by this agent';
const SCALED = 'took over from another controller of SealedSecrets: scaled it to 0';
const MAKING = 'making a sealing key';
const chart = { 'app.kubernetes.io/name': 'sealed-secrets', 'app.kubernetes.io/instance': 'upstream' };
const manifest = { name: 'sealed-secrets-controller' };

const CRDS = join(__dirname, '../../../../crds');

let folder: string;
let client: RawKubeClient;
let agent: AgentProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await bed().kubectl(['apply', '--server-side', '-f', CRDS]);
});
afterEach(async () => {
  agent?.signal('SIGKILL');
  await agent?.exit;
  await bed().kubectl(['delete', 'deployments', '--all', '--namespace=kube-system', '--wait', '--cascade=foreground']);
  await bed().kubectl(['delete', 'secrets', '--all', '--namespace=kube-system']);
});
afterAll(() => {
  client?.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['its chart', chart],
  ['its manifest', manifest],
])("beside upstream's controller, installed by %s, nothing is done until that is scaled to 0", async (_, labels) => {
  await install(labels);
  const reason = 'another controller of SealedSecrets is at work: Deployment/kube-system/upstream';
  const { said } = start();
  await until(() => agent!.lines.some((line) => line.reason === reason));
  expect(await activeIn(agent!)).toBe('0');
  await scale(0);
  await said(ACTIVE);
  expect(await podsOf(labels)).toBe(0);
  await said(MAKING);
  const order = agent!.lines.map(({ msg }) => msg).filter((msg) => [MAKING, ACTIVE].includes(msg));
  expect(order).toEqual([ACTIVE, MAKING]);
  await scale(1);
  await until(() => lastOf((line) => line.reason === reason) > lastOf(({ msg }) => msg === ACTIVE));
  expect(await activeIn(agent!)).toBe('0');
  await bed().kubectl(['delete', 'deployment', 'upstream', '--namespace=kube-system']);
  await said(ACTIVE, 2);
  expect(await podsOf(labels)).toBe(0);
});

test('taking over scales it to 0 and waits for its Pods; who scales it up again wins', async () => {
  await install(chart);
  await bed().kubectl(['wait', '--for=condition=Available', '--timeout=90s', '--namespace=kube-system', 'deployment/upstream']);
  const { said } = start('--take-over', '--first-sealing-key', 'wait');
  await said(ACTIVE);
  const order = agent!.lines.map(({ msg }) => msg).filter((msg) => [SCALED, ACTIVE].includes(msg));
  expect(order).toEqual([SCALED, ACTIVE]);
  expect(await podsOf(chart)).toBe(0);
  await scale(1);
  await until(() => lastOf(({ msg }) => msg === 'SealedSecrets are left alone') > lastOf(({ msg }) => msg === ACTIVE));
  await scale(0);
  await said(ACTIVE, 2);
  expect(agent!.lines.filter(({ msg }) => msg === SCALED)).toHaveLength(1);
  expect((await client.list({ group: '', version: 'v1', kind: 'Secret' }, { namespace: 'kube-system' })).filter(isActiveKey)).toEqual([]);
});

test('with sealed secrets off nothing of it exists', async () => {
  start('--sealed-secrets', 'off');
  await agent!.said('reconciling');
  const { address } = await agent!.said('serving metrics and health');
  expect(await (await fetch(`http://${address}/metrics`)).text()).not.toMatch(/sealing|sealed/i);
  expect(JSON.stringify(agent!.lines)).not.toMatch(/sealing|sealed/i);
});

/** `said` resolves once a message was there so many times. */
function start(...args: string[]): { said(msg: string, times?: number): Promise<void> } {
  const own = ['--data-dir', join(folder, 'agent'), '--lease-times', '30000,5000,2000', '--metrics-addr', '127.0.0.1:0'];
  const started = new AgentProcess(bed().kubeconfig, [...own, ...args]);
  agent = started;
  return { said: (msg, times = 1) => until(() => started.lines.filter((line) => line.msg === msg).length >= times) };
}

/** Where the last such line of the agent stands: it may say other things afterwards. */
function lastOf(isIt: (line: AgentProcess['lines'][number]) => boolean): number {
  return agent!.lines.findLastIndex(isIt);
}

async function install(labels: Readonly<Record<string, string>>): Promise<void> {
  const containers = [{ name: 'controller', image: 'upstream' }];
  await client.create<KubeObject>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'upstream', namespace: 'kube-system', labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  await until(async () => (await podsOf(labels)) === 1);
}

async function scale(replicas: number): Promise<void> {
  await bed().kubectl(['scale', 'deployment', 'upstream', '--namespace=kube-system', `--replicas=${replicas}`]);
}

async function podsOf(labels: Readonly<Record<string, string>>): Promise<number> {
  const labelSelector = Object.entries(labels).map((pair) => pair.join('='));
  return (await client.list({ group: '', version: 'v1', kind: 'Pod' }, { labelSelector: labelSelector.join(',') })).length;
}

async function activeIn(of: AgentProcess): Promise<string | undefined> {
  const { address } = await of.said('serving metrics and health');
  const text = await (await fetch(`http://${address}/metrics`)).text();
  return /^fairlead_sealed_secrets_active (\d)$/m.exec(text)?.[1];
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}
