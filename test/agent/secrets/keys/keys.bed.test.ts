import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawKubeClient } from '../../../../src/kube/client';
import { readKubeconfig } from '../../../../src/kube/kubeconfig';
import { labels } from '../../../../src/model/labels';
import { parseCertificates } from '../../../../src/seal/certificate';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../../src/seal/key-secret';
import { labelFor } from '../../../../src/seal/scope';
import { sealValue } from '../../../../src/seal/sealed-value';
import { isActiveKey, type KeySecret, newestFirst, parseSealingKey } from '../../../../src/seal/sealing-key';
import { useBed } from '../../../support/bed';
import { AgentProcess } from '../../runtime/agent-process';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
const CRDS = join(__dirname, '../../../../crds');
const SECRET = { group: '', version: 'v1', kind: 'Secret' };
const MADE = 'made a sealing key; it is not backed up yet: fairlead seal backup';
const ACTIVE = 'SealedSecrets are unsealed by this agent';

let pairs: SealingPair[];
let folder: string;
let client: RawKubeClient;
let namespaces = 0;
const agents: AgentProcess[] = [];
const privateKeys = new Set<string>();
const metricsSeen: string[] = [];

beforeAll(async () => {
  pairs = await Promise.all([2048, 2048].map((bits) => createSealingKey({ bits })));
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
});
afterEach(async () => {
  for (const agent of agents) agent.signal('SIGKILL');
  await Promise.all(agents.map((agent) => agent.exit));
  await bed().kubectl(['delete', 'leases', '--all', '--namespace=flux-system']); // whoever is next need not wait for the dead
  const said = JSON.stringify([
    metricsSeen.splice(0),
    agents.splice(0).map(({ lines }) => lines),
    await client.list({ group: '', version: 'v1', kind: 'Event' }),
  ]);
  expect([...privateKeys].filter((key) => said.includes(key))).toEqual([]);
});
afterAll(() => {
  client?.close();
  rmSync(folder, { recursive: true });
});

test('before the cluster knows SealedSecrets it gets no key, and then at once', async () => {
  const keys = await KeysNamespace.create();
  const agent = keys.agent();
  const { missing } = await agent.said('not ready, standing by');
  expect(missing).toContainEqual(expect.stringContaining('SealedSecret of bitnami.com/v1alpha1 is not served'));
  expect(await keys.secrets()).toEqual([]);
  await bed().kubectl(['apply', '--server-side', '-f', CRDS]);
  await agent.said(MADE);
  const isIt = ({ msg, kind }: { readonly msg: string; readonly kind?: unknown }) =>
    msg === 'making a sealing key' || (msg === 'watching' && kind === 'SealedSecret');
  const order = agent.lines.filter(isIt).map(({ msg }) => msg);
  expect(order.at(-1)).toBe('making a sealing key');
});

test('a cluster without keys gets one, in the form of upstream, and is told that it is not backed up', async () => {
  const keys = await KeysNamespace.create();
  const agent = keys.agent('--sealed-secrets-addr', '127.0.0.1:0');
  const { secret: name, fingerprint } = await agent.said(MADE);
  const [secret, ...others] = await keys.secrets();
  expect(others).toEqual([]);
  expect(`${secret!.metadata.namespace}/${secret!.metadata.name}`).toBe(name);
  expect(secret).toMatchObject({ type: 'kubernetes.io/tls', metadata: { labels: { [labels.sealingKey]: 'active' } } });
  const key = parseSealingKey(secret!);
  expect(key.fingerprint).toBe(fingerprint);
  expect([key.privateKey.asymmetricKeyDetails?.modulusLength, (+key.notAfter - +key.notBefore) / 86_400_000]).toEqual([4096, 3650]);
  await agent.said('sealing key in use');
  await keys.untilEvent('SealingKeyMade', /^Sealing key SHA256:\S+ was made\. It is not backed up yet/);
  const { address } = await agent.said('serving the sealed secrets API');
  expect(await (await fetch(`http://${address}/v1/cert.pem`)).text()).toBe(key.pem);
  const metrics = await keys.metrics(agent);
  expect(metrics).toContain('fairlead_sealing_keys 1\n');
  expect(metrics).toContain('fairlead_sealed_secrets_active 1\n');
  expect(metrics).toContain('fairlead_sealing_certificate_expiry_days 3649\n');
  expect(metrics).toContain(`fairlead_sealing_key_backed_up{fingerprint="${fingerprint}"} 0\n`);
  expect(metrics).toMatch(/^fairlead_sealing_key_age_seconds\{fingerprint="SHA256:[^"]+"\} \d+$/m);
});

test('a key that is old enough is followed by a new one, and stays in use', async () => {
  const keys = await KeysNamespace.create();
  const old = await keys.put(keySecret(pairs[0]!, { namespace: keys.name, name: 'sealed-secrets-keyold' }));
  const agent = keys.agent('--sealed-secrets-key-renew-period', '4h');
  await agent.said(ACTIVE);
  expect(agent.lines.map(({ msg }) => msg)).not.toContain('making a sealing key');
  agent.signal('SIGKILL');
  await agent.exit;
  const renewing = keys.agent('--sealed-secrets-key-renew-period', '1ms');
  await renewing.said(MADE);
  renewing.signal('SIGKILL');
  await renewing.exit;
  const names = newestFirst((await keys.secrets()).map(parseSealingKey)).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(1);
  expect(names.at(-1)).toBe(old.metadata.name);
});

test('a key that is restored is in use at once, and a label or a deletion puts it out at once', async () => {
  const keys = await KeysNamespace.create();
  const agent = keys.agent('--first-sealing-key', 'wait');
  await agent.said(ACTIVE);
  await agent.said('there is no sealing key: waiting until keys are restored with fairlead seal restore');
  expect(await keys.metrics(agent)).toContain('fairlead_sealing_keys 0\n');
  await keys.put(keySecret(pairs[0]!, { namespace: keys.name, name: 'sealed-secrets-keyone' }));
  await agent.said('sealing key in use');
  const labelled = await keys.put(keySecret(pairs[1]!, { namespace: keys.name, name: 'sealed-secrets-keytwo' }));
  await until(async () => (await keys.metrics(agent)).includes('fairlead_sealing_keys 2\n'));
  const id = { ...SECRET, namespace: keys.name, name: labelled.metadata.name };
  await client.patch(id, 'merge', { metadata: { labels: { [labels.sealingKey]: 'compromised' } } });
  expect(await agent.said('sealing key no longer in use')).toMatchObject({ secret: `${keys.name}/sealed-secrets-keytwo` });
  await client.patch(id, 'merge', { metadata: { labels: { [labels.sealingKey]: 'active' } } });
  await until(async () => (await keys.metrics(agent)).includes('fairlead_sealing_keys 2\n'));
  await client.delete({ ...id, name: 'sealed-secrets-keyone' });
  await until(async () => (await keys.metrics(agent)).includes('fairlead_sealing_keys 1\n'));
  expect(agent.lines.map(({ msg }) => msg)).not.toContain('making a sealing key');
});

test('what was sealed with a key opens as soon as that is restored, without a restart', async () => {
  const keys = await KeysNamespace.create();
  const agent = keys.agent('--first-sealing-key', 'wait');
  await agent.said(ACTIVE);
  const { publicKey } = parseCertificates(pairs[0]!.certificatePem, 'test')[0]!;
  const password = sealValue(Buffer.from('correct-horse'), publicKey, labelFor('strict', keys.name, 'login'));
  privateKeys.add('correct-horse');
  const metadata = { name: 'login', namespace: keys.name };
  await client.create({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData: { password } } });
  await keys.untilEvent('ErrUnsealFailed', /./);
  await keys.put(keySecret(pairs[0]!, { namespace: keys.name, name: 'sealed-secrets-keyone' }));
  await keys.untilEvent('Unsealed', /^SealedSecret unsealed successfully$/);
  const secret = await client.get<KeySecret>({ ...SECRET, ...metadata });
  expect(Buffer.from(secret!.data!.password!, 'base64').toString()).toBe('correct-horse');
});

test('a cluster whose only key is put out of use gets another', async () => {
  const keys = await KeysNamespace.create();
  const one = await keys.put(keySecret(pairs[0]!, { namespace: keys.name, name: 'sealed-secrets-keyone' }));
  const agent = keys.agent('--first-sealing-key', 'wait');
  await agent.said(ACTIVE);
  const id = { ...SECRET, namespace: keys.name, name: one.metadata.name };
  await client.patch(id, 'merge', { metadata: { labels: { [labels.sealingKey]: 'compromised' } } });
  await agent.said(MADE);
  expect(await keys.secrets()).toHaveLength(1);
});

test('the unlabelled key of old is used; keys of other namespaces are told of and not used', async () => {
  const keys = await KeysNamespace.create();
  const elsewhere = await KeysNamespace.create();
  const { metadata, ...rest } = keySecret(pairs[0]!, { namespace: keys.name, name: 'sealed-secrets-key' });
  await keys.put({ ...rest, metadata: { ...metadata, labels: {} } });
  await elsewhere.put(keySecret(pairs[1]!, { namespace: elsewhere.name, name: 'sealed-secrets-keyfar' }));
  const agent = keys.agent();
  expect((await agent.said('sealing keys of other namespaces are not used')).secrets).toContain(`${elsewhere.name}/sealed-secrets-keyfar`);
  await agent.said(ACTIVE);
  expect(agent.lines.filter(({ msg }) => msg === 'sealing key in use').map(({ secret }) => secret)).toEqual([`${keys.name}/sealed-secrets-key`]);
  await agent.said('the newest sealing key is not backed up: without the cluster, what is sealed with it is lost. Run fairlead seal backup');
  expect(await keys.secrets()).toHaveLength(1);
});

test('Secrets that are no keys are told of, with nothing of their content, and hide no other', async () => {
  const keys = await KeysNamespace.create();
  const [one, two] = pairs as [SealingPair, SealingPair];
  privateKeys.add('correct-horse');
  const broken = { junk: { ...one, privateKeyPem: 'correct-horse-battery' }, other: { ...one, certificatePem: two.certificatePem } };
  for (const [name, pair] of Object.entries(broken)) await keys.put({ ...keySecret(pair, { namespace: keys.name, name }), type: 'Opaque' });
  await client.create({ ...keySecret(one, { namespace: keys.name, name: 'empty' }), type: 'Opaque', data: {} });
  await keys.put(keySecret(two, { namespace: keys.name, name: 'whole' }));
  const agent = keys.agent();
  await agent.said(ACTIVE);
  await keys.untilEvent('SealingKeyInvalid', /keys-\d+\/junk is labelled as a sealing key and is none: its tls\.key is no RSA private key/);
  await keys.untilEvent('SealingKeyInvalid', /empty is labelled as a sealing key and is none: it has no tls\.key/);
  await keys.untilEvent('SealingKeyInvalid', /other is labelled as a sealing key and is none: its tls\.crt is of another key/);
  await until(async () => agent.lines.filter(({ msg }) => msg === 'a sealing key is not used').length >= 3);
  expect(agent.lines.filter(({ msg }) => msg === 'a sealing key is not used')).toHaveLength(3);
  const metrics = await keys.metrics(agent);
  expect(metrics).toContain('fairlead_sealing_keys 1\n');
  expect(metrics).toContain('fairlead_sealing_keys_malformed 3\n');
});

test('of two agents that begin at once one makes a key, and both know it', async () => {
  const keys = await KeysNamespace.create();
  const both = [keys.agentIn('left'), keys.agentIn('right')];
  await Promise.race(both.map((agent) => agent.said(MADE)));
  await Promise.all(both.map((agent) => agent.said('sealing key in use')));
  expect(await keys.secrets()).toHaveLength(1);
  await until(async () => (await keys.metrics(both[0]!)).includes('fairlead_sealing_keys 1\n'));
  const active = await Promise.all(both.map(async (agent) => /fairlead_sealed_secrets_active (\d)/.exec(await keys.metrics(agent))?.[1]));
  expect(active.sort()).toEqual(['0', '1']);
});

test('an agent that is killed while it makes a key is followed by one that ends with exactly one', async () => {
  const keys = await KeysNamespace.create();
  for (const moment of ['making a sealing key', 'making a sealing key', MADE]) {
    const agent = keys.agent();
    // Who was too quick to be caught at it made the key already.
    await Promise.race([agent.said(moment), agent.said('sealing key in use')]);
    agent.signal('SIGKILL');
    await agent.exit;
  }
  const last = keys.agent();
  await last.said(ACTIVE);
  expect((await keys.secrets()).map(parseSealingKey)).toHaveLength(1);
  expect(await keys.metrics(last)).toContain('fairlead_sealing_keys 1\n');
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
    const own = ['--data-dir', join(folder, data), '--lease-times', '30000,5000,2000', '--metrics-addr', '127.0.0.1:0'];
    const agent = new AgentProcess(bed().kubeconfig, [...own, '--sealed-secrets-namespace', this.name, ...args]);
    agents.push(agent);
    return agent;
  }

  async metrics(agent: AgentProcess): Promise<string> {
    const { address } = await agent.said('serving metrics and health');
    const text = await (await fetch(`http://${address}/metrics`)).text();
    metricsSeen.push(text);
    return text;
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
    await until(async () => {
      const events = await client.list({ group: '', version: 'v1', kind: 'Event' }, { namespace: this.name });
      return events.some((event) => event.reason === reason && message.test(event.message as string));
    });
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** Pieces of a private key as it may be found: as it travels, and lines of it. */
function spellings(encoded: string | undefined): string[] {
  if (encoded === undefined || encoded === '') return [];
  const lines = Buffer.from(encoded, 'base64').toString().split('\n');
  return [encoded, ...lines.filter((line) => line.length > 40 && !line.startsWith('--')).slice(1, 4)];
}
