import { spawnSync } from 'node:child_process';
import { applyAll, applyCrds } from '../../demo/bootstrap';
import { AGENT_LEASE } from '../../src/cli/live/agent-lease';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import { annotations, DEFAULT_AGENT_NAMESPACE } from '../../src/model/labels';
import { apiVersionOf, type KubeObject } from '../../src/model/object';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret } from '../../src/seal/key-secret';
import { useBed } from '../support/bed';
import { compiledCli } from './compiled-cli';

const bed = useBed({ registry: false, git: false });
const TIMEOUT_MS = 180_000;
const SECRET = { group: '', version: 'v1', kind: 'Secret', namespace: 'kube-system', name: 'sealed-secrets-keyaaaaa' };

let client: RawKubeClient;
beforeAll(() => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
});
afterAll(() => client?.close());

function doctor(...args: string[]) {
  const all = [compiledCli(), 'doctor', '--kubeconfig', bed().kubeconfig, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  return { status, stderr, lines: stdout.split('\n').filter((line) => OF_SECRETS.test(line)) };
}

/** What this test is about. */
const OF_SECRETS = /^(ok|warn|fail) +(definition of SealedSecret|controller of sealed secrets|sealing keys|SealedSecrets): /;

test(
  'from an empty cluster to one where all is well, each fault is told until it is mended',
  async () => {
    expect(doctor()).toEqual({
      status: 1,
      stderr: '',
      lines: [
        'fail  definition of SealedSecret: is missing',
        "ok    controller of sealed secrets: no other controller is at work: the agent's to unseal",
        'fail  sealing keys: namespace kube-system has no key in use: nothing can be unsealed',
        'ok    SealedSecrets: 0, all unsealed',
      ],
    });

    await applyCrds(client);
    await agentLeads();
    await client.create(keySecret(await createSealingKey({ bits: 2048, validDays: 59 }), SECRET));
    expect(doctor()).toMatchObject({
      status: 0,
      lines: [
        'ok    definition of SealedSecret: is installed',
        expect.anything(),
        'warn  sealing keys: the certificate of the newest key sealed-secrets-keyaaaaa ends in 58 days',
        'warn  sealing keys: sealed-secrets-keyaaaaa: never saved, so what is sealed would be lost with the cluster',
        expect.anything(),
      ],
    });

    await client.delete(SECRET);
    const key = keySecret(await createSealingKey({ bits: 2048 }), SECRET);
    await client.create({ ...key, metadata: { ...key.metadata, annotations: { [annotations.backedUpAt]: new Date().toISOString() } } });
    await applyAll(client, [sealed('a'), sealed('b'), deployment('one'), deployment('two'), deployment('of-a-tenant', 'default')]);
    await client.replace({ ...(await live('a')), status: condition('False', 'no key could decrypt secret (password)') }, { subresource: 'status' });
    const ill = doctor('-o', 'json');
    expect(ill.status).toBe(1);
    expect(doctor().lines.slice(1)).toEqual([
      'fail  controller of sealed secrets: several are at work: Deployments kube-system/one, kube-system/two',
      'ok    sealing keys: 1 in use, the newest is sealed-secrets-keyaaaaa and saved',
      'fail  SealedSecrets: default/a: no key could decrypt secret (password)',
      'warn  SealedSecrets: default/b: nobody unsealed it yet as it is now',
    ]);

    await client.delete({ group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'kube-system', name: 'two' });
    for (const name of ['a', 'b']) await client.replace({ ...(await live(name)), status: condition('True', '') }, { subresource: 'status' });
    expect(doctor()).toMatchObject({ status: 0, lines: Array(4).fill(expect.stringMatching(/^ok /)) });
  },
  TIMEOUT_MS,
);

test('what may not be looked at is said, and the rest is looked at', async () => {
  await bed().kubectl(['create', 'serviceaccount', 'stranger']);
  const kubeconfig = await bed().serviceAccountKubeconfig('default', 'stranger');
  const { lines, status } = doctor('--kubeconfig', kubeconfig);
  expect({ status, lines }).toEqual({
    status: 0,
    lines: [
      expect.stringMatching(/^(ok|fail) {2,4}definition of SealedSecret/),
      expect.stringContaining('warn  controller of sealed secrets: cannot be looked at: '),
      expect.stringContaining('warn  sealing keys: cannot be looked at: '),
      expect.anything(),
    ],
  });
});

/** As if an agent had renewed its lease just now, for an hour. */
async function agentLeads(): Promise<void> {
  const metadata = { name: AGENT_LEASE, namespace: DEFAULT_AGENT_NAMESPACE };
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: DEFAULT_AGENT_NAMESPACE } });
  const spec = { holderIdentity: 'an-agent', leaseDurationSeconds: 3600, renewTime: new Date().toISOString().replace('Z', '000Z') };
  await client.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
}

function sealed(name: string): KubeObject {
  return {
    apiVersion: apiVersionOf(kinds.SealedSecret),
    kind: 'SealedSecret',
    metadata: { name, namespace: 'default' },
    spec: { encryptedData: { password: 'AgB' } },
  };
}

async function live(name: string): Promise<KubeObject> {
  return (await client.get({ ...kinds.SealedSecret, namespace: 'default', name }))!;
}

function condition(status: string, message: string): object {
  return { observedGeneration: 1, conditions: [{ type: 'Synced', status, message, lastUpdateTime: '2026-01-01T00:00:00Z' }] };
}

/** Elsewhere than where the keys are it takes more than labels. */
function deployment(name: string, namespace = 'kube-system'): KubeObject {
  const labels = { 'app.kubernetes.io/name': 'sealed-secrets' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'controller', image: 'example.com/controller:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { selector: { matchLabels: labels }, template },
  };
}
