import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitFiles } from '../../../bench/commit-files';
import { conditionOf, isReady, until } from '../../../demo/observe';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import { createSourceRoom, type SourceRoom } from '../../../src/agent/source/room';
import { newSshKey } from '../../../src/agent/start/ssh-key';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { kinds } from '../../../src/model/kinds';
import type { KubeObject } from '../../../src/model/object';
import { runCommand } from '../../../src/testbed/command';
import { createRuntime, installKinds, AGENT_NAMESPACE as NAMESPACE } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';

let folder: string;
let client: RawKubeClient;
let runtime: AgentRuntime | undefined;
let room: SourceRoom | undefined;
let commit: string;

// Before the bed's own: the agent gives its leases back.
afterAll(async () => {
  await runtime?.stop();
  room?.close();
  client?.close();
  await rm(folder, { recursive: true, force: true });
});
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, ssh: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-ssh-'));
  if (spawnSync('ssh', ['-V']).error !== undefined) throw new Error('this test needs the OpenSSH client on PATH: install openssh-client');
  const { gitOverSsh, kubeconfig } = bed();
  await installKinds(bed(), [kinds.GitRepository]);
  client = RawKubeClient.connect(readKubeconfig(kubeconfig));

  const { path } = await bed().git.createRepository('acme/apps');
  await pushOverSsh(join(folder, 'work'), gitOverSsh.url('acme/apps'));
  commit = (await runCommand('git', ['-C', path, 'rev-parse', 'main'])).trim();

  runtime = createRuntime(bed(), join(folder, 'data'));
  room = createSourceRoom(runtime);
  for (const reconciler of room.reconcilers) runtime.reconcile(reconciler);
  await runtime.start();
}, BUILD_TIMEOUT_MS);

test('the key of the Secret lets in, at a server whose key the Secret knows', async () => {
  const { identity, knownHosts } = bed().gitOverSsh;
  await repository('right', { identity, known_hosts: knownHosts });
  const { status } = await ready('right');
  expect(status).toMatchObject({ artifact: { revision: `main@sha1:${commit}` } });
  expect(runtime?.redactor.redact(`a ${identity} b`)).not.toContain(identity.split('\n')[2]);
});

test('a key with a passphrase is opened by it', async () => {
  const { identity, knownHosts } = bed().gitOverSsh;
  const file = join(folder, 'locked');
  await writeFile(file, identity, { mode: 0o600 });
  await runCommand('ssh-keygen', ['-q', '-p', '-P', '', '-N', "it's long", '-f', file]);
  const locked = await runCommand('cat', [file]);
  expect(locked).not.toBe(identity);
  await repository('locked', { identity: locked, known_hosts: knownHosts, password: "it's long" });
  await ready('locked');

  await repository('locked-for-us', { identity: locked, known_hosts: knownHosts, password: 'another' });
  expect(await refusal('locked-for-us')).toContain('FL1003');
});

test('a host whose key is another, or unknown, is refused until the Secret knows it', async () => {
  const { identity, knownHosts } = bed().gitOverSsh;
  await repository('changed', { identity, known_hosts: withOtherKey(knownHosts) });
  expect(await refusal('changed')).toMatch(/^FL1007: .*127\.0\.0\.1.* known_hosts/);
  await repository('unknown', { identity, known_hosts: knownHosts.replace('127.0.0.1', '127.0.0.2') });
  expect(await refusal('unknown')).toContain('FL1007');

  await secret('changed', { identity, known_hosts: knownHosts });
  await ready('changed');
});

test('a key the server does not know is refused, with the Secret to correct', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const identity = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  await repository('stranger', { identity, known_hosts: bed().gitOverSsh.knownHosts });
  expect(await refusal('stranger')).toMatch(/^FL1003: .*ssh:\/\/git@127\.0\.0\.1/);
});

test('a key that was taken back after it let in is told from one that nobody added yet', async () => {
  const { gitOverSsh } = bed();
  const { identity, publicKey } = newSshKey('fairlead');
  gitOverSsh.authorize(publicKey);
  await repository('revoked', { identity, known_hosts: gitOverSsh.knownHosts });
  await ready('revoked');
  gitOverSsh.revoke(publicKey);
  const id = { ...kinds.GitRepository, namespace: NAMESPACE, name: 'revoked' };
  await client.patch(id, 'merge', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } });
  expect(await refusal('revoked')).toMatch(/^FL5111: .* any more, which it did before/);
});

test('a repository that is not there is not taken for a refusal', async () => {
  const { identity, knownHosts } = bed().gitOverSsh;
  await repository('absent', { identity, known_hosts: knownHosts }, 'nobody/made-it');
  expect(await refusal('absent')).toContain('FL1004');
});

async function repository(name: string, values: Readonly<Record<string, string>>, path = 'acme/apps'): Promise<void> {
  await secret(name, values);
  await client.create({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: NAMESPACE, name },
    spec: { url: bed().gitOverSsh.url(path), interval: '1h', ref: { branch: 'main' }, secretRef: { name } },
  });
}

async function secret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: NAMESPACE, name }, stringData };
  await client.apply({ group: '', version: 'v1', kind: 'Secret', namespace: NAMESPACE, name }, JSON.stringify(object), { fieldManager: 'kubectl' });
}

function ready(name: string): Promise<KubeObject> {
  return untilRepository(name, 'Ready', (object) => (isReady(object) ? object : undefined));
}

/** What Ready says of a repository that cannot be fetched. */
function refusal(name: string): Promise<string> {
  return untilRepository(name, 'refused', (object) => {
    const condition = conditionOf(object, 'Ready');
    return condition?.status === 'False' ? condition.message : undefined;
  });
}

function untilRepository<T>(name: string, what: string, holds: (object: KubeObject) => T | undefined): Promise<T> {
  const selection = { namespace: NAMESPACE, fieldSelector: `metadata.name=${name}` };
  return until(client, kinds.GitRepository, selection, `${name} to be ${what}`, ([object]) => object && holds(object), 60_000);
}

/** The server's line with one bit of its key turned. */
function withOtherKey(knownHosts: string): string {
  const [host, type, key] = knownHosts.trim().split(' ');
  const bytes = Buffer.from(key, 'base64');
  bytes[bytes.length - 1] ^= 1;
  return `${host} ${type} ${bytes.toString('base64')}\n`;
}

async function pushOverSsh(work: string, url: string): Promise<void> {
  const { identity, knownHosts } = bed().gitOverSsh;
  const [key, hosts] = [join(folder, 'identity'), join(folder, 'known_hosts')];
  await Promise.all([writeFile(key, identity, { mode: 0o600 }), writeFile(hosts, knownHosts)]);
  process.env.GIT_SSH_COMMAND = `ssh -F /dev/null -i ${key} -o IdentitiesOnly=yes -o UserKnownHostsFile=${hosts}`;
  try {
    await commitFiles(work, url, { 'app/a.yaml': 'a: 1\n' });
  } finally {
    delete process.env.GIT_SSH_COMMAND;
  }
}
