import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { RawKubeClient } from '../../../../src/kube/client';
import { readKubeconfig } from '../../../../src/kube/kubeconfig';
import { annotations, labels } from '../../../../src/model/labels';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../../src/seal/key-secret';
import { KEY_PREFIX, type KeySecret } from '../../../../src/seal/sealing-key';
import { BUILD_TIMEOUT_MS, useBed } from '../../../support/bed';
import { kubeseal } from '../../../support/kubeseal';
import { useSealingProject } from '../use-sealing-project';

const bed = useBed({ registry: false, git: false });
const world = useSealingProject();
const TIMEOUT_MS = 300_000;
const SECRET = { group: '', version: 'v1', kind: 'Secret' } as const;
const NAMESPACE = 'kube-system';
const PASSPHRASE = { FAIRLEAD_PASSPHRASE: 'nine green bottles on a wall' };

let client: RawKubeClient;
beforeAll(async () => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await bed().bin('kubeseal');
}, BUILD_TIMEOUT_MS);
afterAll(() => client?.close());
afterEach(async () => {
  for (const { metadata } of await keys()) await client.delete({ ...SECRET, namespace: NAMESPACE, name: metadata.name });
});

const fairlead = (args: readonly string[], input?: string) =>
  world().project.fairlead([...args, '--kubeconfig', bed().kubeconfig], { env: PASSPHRASE, ...(input !== undefined && { input }) });

async function keys(namespace = NAMESPACE): Promise<readonly KeySecret[]> {
  return (await client.list<KeySecret>(SECRET, { namespace })).filter(({ type }) => type === 'kubernetes.io/tls');
}

/** Has the cluster hold a key. */
async function plant(pair: SealingPair, name: string, label: string | undefined = 'active'): Promise<void> {
  const secret = keySecret(pair, { namespace: NAMESPACE, name });
  const { labels: _, ...metadata } = secret.metadata;
  await client.create({ ...secret, metadata: label === undefined ? metadata : { ...metadata, labels: { [labels.sealingKey]: label } } });
}

/** A key whose private part may be found nowhere afterwards. */
async function newKey(): Promise<SealingPair> {
  const pair = await createSealingKey({ bits: 2048 });
  world().project.secret(pair.privateKeyPem.split('\n')[5]!);
  return pair;
}

const contents = async () =>
  Object.fromEntries((await keys()).map(({ metadata, data }) => [metadata.name, { data, label: metadata.labels?.[labels.sealingKey] }]));

test(
  'a backup holds every key, says so on each, and restores them to a cluster that lost them',
  async () => {
    const { project } = world();
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    await plant(await newKey(), 'sealed-secrets-keybbbbb', 'compromised');
    await plant(await newKey(), KEY_PREFIX, undefined);
    const before = await contents();

    expect(await fairlead(['seal', 'keys'])).toMatchObject({ stderr: expect.stringMatching(/(key \S+ was never saved.*\n.*){2}/) });
    const run = await fairlead(['seal', 'backup', '-o', 'keys/gke.age']);
    expect(run).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('keys/gke.age: 3 keys of namespace kube-system') });
    expect(project.read('keys/gke.age')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/);
    expect(statSync(join(project.root, 'keys/gke.age')).mode & 0o777).toBe(0o600);
    for (const { metadata } of await keys()) expect(metadata.annotations?.[annotations.backedUpAt]).toMatch(/^20\d\d-/);
    expect(await fairlead(['seal', 'keys'])).toMatchObject({ status: 0, stderr: '' });

    for (const { metadata } of await keys()) await client.delete({ ...SECRET, namespace: NAMESPACE, name: metadata.name });
    const dry = await fairlead(['seal', 'restore', 'keys/gke.age', '--dry-run']);
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringMatching(/(would be restored\n[\s\S]*){3}/) });
    expect(await keys()).toEqual([]);
    expect(await fairlead(['seal', 'restore', 'keys/gke.age'])).toMatchObject({ status: 0, stderr: '' });
    expect(await contents()).toEqual({ ...before, [KEY_PREFIX]: { ...before[KEY_PREFIX], label: 'active' } });
    for (const { metadata } of await keys()) expect(metadata.annotations?.[annotations.backedUpAt]).toBeDefined();
    expect(await fairlead(['seal', 'restore', 'keys/gke.age'])).toMatchObject({ stdout: expect.stringMatching(/(is there already\n[\s\S]*){3}/) });
    expect(await keys()).toHaveLength(3);
  },
  TIMEOUT_MS,
);

test(
  'what kubectl printed restores too, under another name where another key has it, in a namespace that is made for it',
  async () => {
    const { project, allow } = world();
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    const yaml = await bed().kubectl(['get', 'secret', '-n', NAMESPACE, '-l', labels.sealingKey, '-o', 'yaml']);
    const [lost] = await keys();
    await client.delete({ ...SECRET, namespace: NAMESPACE, name: 'sealed-secrets-keyaaaaa' });
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    project.write('keys.yaml', yaml);
    allow('keys.yaml');

    expect(await fairlead(['seal', 'restore', 'keys.yaml'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/sealed-secrets-keyaaaaa-\w{5} +active +restored; sealed-secrets-keyaaaaa is another key/),
    });
    const restored = (await keys()).find(({ metadata }) => metadata.name !== 'sealed-secrets-keyaaaaa');
    expect(restored?.data).toEqual(lost?.data);

    const elsewhere = await fairlead(['seal', 'restore', '-', '--sealed-secrets-namespace', 'sealing'], yaml);
    expect(elsewhere).toMatchObject({ status: 0, stderr: '' });
    expect((await keys('sealing')).map(({ metadata }) => metadata.name)).toEqual(['sealed-secrets-keyaaaaa']);
  },
  TIMEOUT_MS,
);

test(
  'one entry that is no key has nothing restored',
  async () => {
    const { project, allow } = world();
    const good = keySecret(await newKey(), { namespace: NAMESPACE, name: 'good' });
    const mixed = keySecret({ ...(await newKey()), certificatePem: (await newKey()).certificatePem }, { namespace: NAMESPACE, name: 'mixed' });
    project.write('keys.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [good, mixed] }));
    allow('keys.json');
    expect(await fairlead(['seal', 'restore', 'keys.json'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('FL8003') });
    expect(await keys()).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'the keys of a backup, printed, are what kubeseal recovers with and kubectl applies',
  async () => {
    const { project, seal, allow, piped } = world();
    await seal('user=admin-4411', 'password=hunter2-9f');
    await plant(project.key, 'sealed-secrets-keyaaaaa');
    await fairlead(['seal', 'backup', '-o', 'gke.age']);
    const opened = await piped(['seal', 'backup', '--open', 'gke.age'], { env: PASSPHRASE });
    expect(opened).toMatchObject({ status: 0, stderr: '' });
    project.write('keys.yaml', opened.stdout);
    allow('keys.yaml');

    const sealed = join(project.root, 'secrets/gke/dev/basic-auth.yaml');
    const recovered = await kubeseal(bed(), [
      '--recovery-unseal',
      '--recovery-private-key',
      join(project.root, 'keys.yaml'),
      '-f',
      sealed,
      '-o',
      'yaml',
    ]);
    expect((load(recovered) as { data: object }).data).toEqual({ user: btoa('admin-4411'), password: btoa('hunter2-9f') });

    // And with our own backup as the key, offline.
    const unsealed = await piped(['seal', 'unseal', sealed, '--key', 'gke.age', '-o', 'json'], { env: PASSPHRASE });
    expect(JSON.parse(unsealed.stdout)).toMatchObject({ data: { user: btoa('admin-4411') } });

    const before = await contents();
    await client.delete({ ...SECRET, namespace: NAMESPACE, name: 'sealed-secrets-keyaaaaa' });
    await bed().kubectl(['apply', '-f', join(project.root, 'keys.yaml')]);
    expect(await contents()).toEqual(before);
  },
  TIMEOUT_MS,
);

test(
  'what kubeseal sealed and we rotated offline, kubeseal recovers with the new key',
  async () => {
    const { project, allow } = world();
    const next = await newKey();
    project.write('next.crt', next.certificatePem);
    project.write('next.pem', next.privateKeyPem);
    allow('next.pem');
    const manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', namespace: 'dev' },
      stringData: { token: project.secret('t0ken-1138') },
    };
    const args = ['--cert', join(project.root, 'certs/gke.pem'), '--scope', 'namespace-wide', '-o', 'json'];
    project.write('sealed.json', await kubeseal(bed(), args, { input: JSON.stringify(manifest) }));
    const run = await project.fairlead(['seal', 'rotate', 'sealed.json', '--key', 'old.pem', '--cert', 'next.crt']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const path = join(project.root, 'sealed.json');
    const recovered = await kubeseal(bed(), ['--recovery-unseal', '--recovery-private-key', join(project.root, 'next.pem'), '-f', path]);
    expect(JSON.parse(recovered)).toMatchObject({ data: { token: btoa('t0ken-1138') } });
    await expect(kubeseal(bed(), ['--recovery-unseal', '--recovery-private-key', join(project.root, 'old.pem'), '-f', path])).rejects.toThrow();
  },
  TIMEOUT_MS,
);

test(
  'a backup is refused with nothing done: a short passphrase, none, a file that is there, a cluster without keys',
  async () => {
    const { project } = world();
    const backup = (env: NodeJS.ProcessEnv, ...more: string[]) =>
      project.fairlead(['seal', 'backup', '-o', 'gke.age', '--kubeconfig', bed().kubeconfig, ...more], { env });
    expect(await backup(PASSPHRASE)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('FL8336: namespace kube-system has no sealing key'),
    });
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    expect(await backup({ FAIRLEAD_PASSPHRASE: 'fourteen-chars' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('at least 15 characters'),
    });
    expect(await backup({})).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8331') });
    expect(project.exists('gke.age')).toBe(false);
    project.write('gke.age', 'the last one');
    project.write('passphrase', 'nine green bottles on a wall\n');
    expect(await backup({}, '--passphrase-file', 'passphrase')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('FL8335: gke.age is there already'),
    });
    expect((await keys())[0]?.metadata.annotations).toBeUndefined();
    expect(await backup({}, '--passphrase-file', 'passphrase', '--force')).toMatchObject({ status: 0 });
    expect(readFileSync(join(project.root, 'gke.age'), 'utf8')).toContain('AGE ENCRYPTED');
    expect(
      await project.fairlead(['seal', 'backup', '--open', 'gke.age'], { env: { FAIRLEAD_PASSPHRASE: 'something else entirely' } }),
    ).toMatchObject({
      status: 1,
      stdout: '',
    });
  },
  TIMEOUT_MS,
);

test(
  'a key that cannot be read is left out of a backup, and said',
  async () => {
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    await plant({ ...(await newKey()), privateKeyPem: world().project.secret('no-key-at-all') }, 'sealed-secrets-keybroken');
    expect(await fairlead(['seal', 'backup', '-o', 'gke.age'])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('left out: secret kube-system/sealed-secrets-keybroken'),
      stdout: expect.stringContaining('gke.age: 1 key of'),
    });
    const list = JSON.parse((await fairlead(['seal', 'keys', '-o', 'json'])).stdout);
    expect(list).toMatchObject({ keys: [{ name: 'sealed-secrets-keyaaaaa', inUse: true }], unreadable: [{ name: 'sealed-secrets-keybroken' }] });
  },
  TIMEOUT_MS,
);

test(
  'on a terminal a new passphrase is asked for twice, shown never, and two that differ leave nothing',
  async () => {
    const { project, onTerminal } = world();
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    const backup = (...answers: string[]) =>
      onTerminal(
        ['seal', 'backup', '-o', 'gke.age', '--kubeconfig', bed().kubeconfig],
        answers.map((answer) => project.secret(answer)),
      );
    const [one, other] = ['three blind mice and a cat', 'three blind mice and a dog'] as const;
    const differ = await backup(one, other);
    expect(differ).toMatchObject({ status: 1, stdout: expect.stringContaining('FL8333') });
    expect(project.exists('gke.age')).toBe(false);
    const run = await backup(one, one);
    expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/at least 15 characters: [\s\S]*again: [\s\S]*gke\.age: 1 key/) });
    for (const passphrase of [one, other]) expect(differ.stdout + run.stdout).not.toContain(passphrase);
    expect(await onTerminal(['seal', 'backup', '--open', 'gke.age'])).toMatchObject({ status: 1, stdout: expect.stringContaining('FL8334') });
    const opened = await onTerminal(['seal', 'backup', '--open', 'gke.age', '--show'], [one]);
    expect(opened).toMatchObject({ status: 0, stdout: expect.stringContaining('kind: List') });
  },
  TIMEOUT_MS,
);

test(
  'a new key is made when it is asked for, and is the one in use',
  async () => {
    await plant(await newKey(), 'sealed-secrets-keyaaaaa');
    const run = await fairlead(['seal', 'new-key']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const [, fingerprint, name] = /^(SHA256:\S+): made, as Secret kube-system\/(sealed-secrets-key\w{5});/.exec(run.stdout)!;
    const listed = await fairlead(['seal', 'keys', '-o', 'json']);
    expect(JSON.parse(listed.stdout).keys[0]).toMatchObject({ fingerprint, name, inUse: true });
    expect(listed.stdout).toContain('sealed-secrets-keyaaaaa');
    for (const { data } of await keys()) world().project.secret(Buffer.from(data!['tls.key']!, 'base64').toString().split('\n')[5]!);
  },
  TIMEOUT_MS,
);
