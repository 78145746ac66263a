import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { labels } from '../../../src/model/labels';
import { createSealingKey } from '../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../src/seal/key-secret';
import { isActiveKey, type KeySecret, newestFirst, parseSealingKey } from '../../../src/seal/sealing-key';
import { useBed } from '../../support/bed';
import { AgentProcess } from '../runtime/agent-process';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
const SECRET = { group: '', version: 'v1', kind: 'Secret' };
const MADE = 'made a sealing key; it is not backed up yet: fairlead seal backup';

let folder: string;
let client: RawKubeClient;
let namespaces = 0;
const agents: AgentProcess[] = [];
const privateKeys = new Set<string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
});
afterEach(async () => {
  for (const agent of agents) agent.signal('SIGKILL');
  await Promise.all(agents.map((agent) => agent.exit));
  const said = JSON.stringify([agents.splice(0).map(({ lines }) => lines), await client.list({ group: '', version: 'v1', kind: 'Event' })]);
  for (const key of privateKeys) expect(said).not.toContain(key);
});
afterAll(() => {
  client?.close();
  rmSync(folder, { recursive: true });
});

test('a cluster without keys gets one, in the form of upstream, and is told that it is not backed up', async () => {
  const keys = await KeysNamespace.create();
  const agent = keys.agent();
  const { secret: name, fingerprint } = await agent.said(MADE);
  const [secret, ...others] = await keys.secrets();
  expect(others).toEqual([]);
  expect(`${secret!.metadata.namespace}/${secret!.metadata.name}`).toBe(name);
  expect(secret).toMatchObject({ type: 'kubernetes.io/tls', metadata: { labels: { [labels.sealingKey]: 'active' } } });
  const key = parseSealingKey(secret!);
  expect(key.fingerprint).toBe(fingerprint);
  expect([key.privateKey.asymmetricKeyDetails?.modulusLength, (+key.notAfter - +key.notBefore) / 86_400_000]).toEqual([4096, 3650]);
  await keys.untilEvent('SealingKeyMade', /^Sealing key SHA256:\S+ was made\. It is not backed up yet/);
  const metrics = await keys.metrics(agent);
  expect(metrics).toContain('fairlead_sealing_keys 1\n');
  expect(metrics).toContain('fairlead_sealed_secrets_active 1\n');
  expect(metrics).toContain('fairlead_sealing_certificate_expiry_days 3649\n');
  expect(metrics).toContain(`fairlead_sealing_key_backed_up{fingerprint="${fingerprint}"} 0\n`);
  expect(metrics).toMatch(/^fairlead_sealing_key_age_seconds\{fingerprint="SHA256:[^"]+"\} \d+$/m);
});

/** A namespace of keys that no other test uses. */
class KeysNamespace {
  static async create(): Promise<KeysNamespace> {
    namespaces += 1;
    const name = `keys-${namespaces}`;
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return new KeysNamespace(name);
  }

  private constructor(readonly name: string) {}

  agent(...args: string[]): AgentProcess {
    return this.agentIn('agent', ...args);
  }

  agentIn(data: string, ...args: string[]): AgentProcess {
    const own = ['--data-dir', join(folder, data), '--lease-times', '4000,1000,500', '--metrics-addr', '127.0.0.1:0'];
    const agent = new AgentProcess(bed().kubeconfig, [...own, '--sealed-secrets-namespace', this.name, ...args]);
    agents.push(agent);
    return agent;
  }

  async metrics(agent: AgentProcess): Promise<string> {
    const { address } = await agent.said('serving metrics and health');
    return await (await fetch(`http://${address}/metrics`)).text();
  }

  /** Secrets that say they are keys. */
  async secrets(): Promise<readonly KeySecret[]> {
    const secrets = (await client.list<KeySecret>(SECRET, { namespace: this.name })).filter(isActiveKey);
    for (const { data } of secrets) for (const key of spellings(data?.['tls.key'])) privateKeys.add(key);
    return secrets;
  }

  async put(secret: KeySecret): Promise<KeySecret> {
    for (const key of spellings(secret.data?.['tls.key'])) privateKeys.add(key);
    return await client.create({ ...secret, metadata: { ...secret.metadata, namespace: this.name } });
  }

  async untilEvent(reason: string, message: RegExp): Promise<void> {
    for (;;) {
      const events = await client.list({ group: '', version: 'v1', kind: 'Event' }, { namespace: this.name });
      if (events.some((event) => event.reason === reason && message.test(event.message as string))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Pieces of a private key as it may be found: as it travels, and lines of it. */
function spellings(encoded: string | undefined): string[] {
  if (encoded === undefined) return [];
  const lines = Buffer.from(encoded, 'base64').toString().split('\n');
  return [encoded.slice(60, 120), ...lines.filter((line) => line.length > 40 && !line.startsWith('--')).slice(1, 4)];
}
