import { ValueOpener } from '../../../src/agent/secrets/unseal/open-values';
import { annotations, labels } from '../../../src/model/labels';
import type { KubeObject } from '../../../src/model/object';
import { labelFor } from '../../../src/seal/scope';
import { sealValue } from '../../../src/seal/sealed-value';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { SECRET, SealedSecretsWorld, sealed, sealingKey, TestRing } from './sealed-secrets-world';

const key = sealingKey('first');
const ring = new TestRing([key]);
const PLAINTEXT = 'correct-horse-battery';
const content = { password: PLAINTEXT };

let world: SealedSecretsWorld;
afterAll(() => world?.stop());
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, git: false });
beforeAll(async () => {
  world = await SealedSecretsWorld.start(bed(), ring);
}, BUILD_TIMEOUT_MS);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const read = (name: string, namespace = 'default') => world.client.get({ ...SECRET, namespace, name });

/** No form of it that could be turned back. */
async function expectNothingTold(secret = PLAINTEXT): Promise<void> {
  await world.settled();
  const said = await world.everythingSaid();
  expect(said).toContain('SealedSecret');
  for (const form of [secret, base64(secret), encodeURIComponent(secret), secret.slice(0, 8)]) expect(said).not.toContain(form);
}

function gate() {
  let reached!: () => void;
  let open!: () => void;
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { reached, isReached, open, opened };
}

/** It fails in these words, makes no Secret, and tells nothing. */
async function refused(object: KubeObject, words: string): Promise<void> {
  const { name, namespace } = object.metadata;
  await world.apply(object);
  await world.synced(name, ({ status, message = '' }) => status === 'False' && message.includes(words), namespace);
  expect(await read(name, namespace)).toBeUndefined();
  await expectNothingTold();
}

function withValue(name: string, change: (sealedValue: string) => string): KubeObject {
  const object = sealed(name, content, { key });
  const { encryptedData } = object.spec as { encryptedData: Record<string, string> };
  return { ...object, spec: { encryptedData: { password: change(encryptedData.password!) } } };
}

const flipped = (text: string, at: number) => {
  const bytes = Buffer.from(text, 'base64');
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  return bytes.toString('base64');
};

test.each<[string, (value: string) => string, string]>([
  ['junk', () => 'not base64 at all!', 'illegal base64'],
  ['url-safe base64', (value) => `${value.slice(0, -4)}-_==`, 'illegal base64'],
  ['nothing', () => '', 'SealedSecret data is too short (password)'],
  ['cut off in its session key', (value) => value.slice(0, 120), 'SealedSecret data is too short (password)'],
  ['cut off in its tag', (value) => Buffer.from(value, 'base64').subarray(0, -1).toString('base64'), 'altered after it was sealed (password)'],
  ['altered session key', (value) => flipped(value, 40), 'no key could decrypt secret (password)'],
  ['altered value', (value) => flipped(value, -20), 'altered after it was sealed (password)'],
])('a value that is none: %s', async (what, change, words) => {
  await refused(withValue(`bad-${what.replace(/\W/g, '-')}`, change), words);
});

test('a value of a key that this cluster never had', async () => {
  await refused(sealed('unknown', content, { key: sealingKey('unknown') }), 'no key could decrypt secret (password)');
});

test('a value that was sealed for another name, another namespace, another scope', async () => {
  const moved = (name: string) => ({ ...sealed('elsewhere', content, { key }), metadata: { name, namespace: 'default' } });
  await refused(moved('moved'), 'no key could decrypt secret');
  const abroad = sealed('abroad', content, { key, namespace: 'other', scope: 'namespace-wide' });
  await refused({ ...abroad, metadata: { ...abroad.metadata, namespace: 'default' } }, 'no key could decrypt secret');
});

test('a template that claims a wider scope widens nothing, as CVE-2026-22728 did', async () => {
  const template = { metadata: { annotations: { [annotations.sealedClusterWide]: 'true' } } };
  const object = sealed('claimed', content, { key, template });
  await refused({ ...object, metadata: { name: 'claiming', namespace: 'default' } }, 'no key could decrypt secret');
});

test('what is wrong with one value names that one and makes nothing of the others', async () => {
  const object = sealed('half', { ...content, user: 'anna' }, { key });
  const { encryptedData } = object.spec as { encryptedData: Record<string, string> };
  await refused({ ...object, spec: { encryptedData: { ...encryptedData, user: 'junk!' } } }, 'too short (user)');
});

test.each<[string, string]>([
  ['does not parse', '{{ .password'],
  ['fails over a value', '{{ .password | atoi | div 1 | index "x" }}'],
  ['fails with the value in its own words', '{{ fail .password }}'],
  ['asks for the environment', '{{ env "HOME" }}'],
])('a template that %s', async (what, template) => {
  await refused(sealed(`template-${what.replace(/\W/g, '-')}`, content, { key, template: { data: { out: template } } }), 'FL8030');
});

test('a template that plants a sealing key, by label or by name', async () => {
  for (const value of ['active', 'compromised']) {
    await refused(sealed(`planted-${value}`, content, { key, template: { metadata: { labels: { [labels.sealingKey]: value } } } }), 'FL8104');
  }
  await refused(sealed('sealed-secrets-key', content, { key, namespace: 'kube-system' }), 'FL8104');
});

test('the deprecated form that plants a sealing key, holds no Secret, or one that the API server refuses', async () => {
  const whole = { apiVersion: 'v1', kind: 'Secret', metadata: { labels: { [labels.sealingKey]: 'active' } }, data: { password: base64(PLAINTEXT) } };
  const sealedAs = (text: string) => sealValue(Buffer.from(text), key.publicKey, labelFor('strict', 'default', 'whole'));
  const object = sealed('whole', {}, { key });
  await refused({ ...object, spec: { encryptedData: {}, data: sealedAs(JSON.stringify(whole)) } }, 'FL8104');
  await refused({ ...object, spec: { encryptedData: {}, data: sealedAs(`{"${PLAINTEXT}`) } }, 'FL8103');
  const mislabelled = { ...whole, metadata: { labels: { app: `${PLAINTEXT}!` } } };
  await refused({ ...object, spec: { encryptedData: {}, data: sealedAs(JSON.stringify(mislabelled)) } }, 'FL8108');
  await refused({ ...object, spec: { encryptedData: { password: 'AA' }, data: sealedAs(JSON.stringify(whole)) } }, 'FL8102');
});

test('a template that has a token minted into the Secret', async () => {
  const template = { type: 'kubernetes.io/service-account-token', metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } } };
  await refused(sealed('minted', content, { key, template }), 'FL8104');
});

test('a template that writes a release of Helm', async () => {
  await refused(sealed('sh.helm.release.v1.web.v1', content, { key, template: { type: 'helm.sh/release.v1' } }), 'FL8104');
});

test('a sealing key is never written to, whatever its annotations say', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a-key', namespace: 'default', labels: { [labels.sealingKey]: 'active' } } };
  for (const annotation of [annotations.sealedManaged, annotations.sealedPatch]) {
    await world.apply({ ...secret, metadata: { ...secret.metadata, annotations: { [annotation]: 'true' } } });
    await world.apply(sealed('a-key', content, { key }));
    await world.failed('a-key', 'FL8105');
    expect((await read('a-key'))?.data).toBeUndefined();
  }
  await expectNothingTold();
});

test('a Secret that another SealedSecret owns, and one that only claims to be ours', async () => {
  const owner = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    name: 'owned',
    uid: '00000000-0000-0000-0000-000000000000',
    controller: true,
  };
  const notes = { [annotations.unsealedFrom]: 'sha256:0' };
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'owned', namespace: 'default', ownerReferences: [owner], annotations: notes },
  });
  await world.apply(sealed('owned', content, { key }));
  await world.failed('owned', 'FL8105');
  expect((await read('owned'))?.data).toBeUndefined();
  await expectNothingTold();
});

test('what the API server refuses it refuses without a word of the value', async () => {
  const docker = sealed('docker', { '.dockerconfigjson': PLAINTEXT }, { key, template: { type: 'kubernetes.io/dockerconfigjson' } });
  await refused(docker, 'FL8108');
  expect(JSON.stringify(await world.everythingSaid())).not.toContain("invalid character 'c'");
  await refused(sealed('slash', { 'a/b': PLAINTEXT }, { key }), 'FL8108');
  await refused(sealed('label', content, { key, template: { metadata: { labels: { app: '-' } } } }), 'FL8108');
});

test('a Secret larger than the API server takes, and a value of 900 kB that it takes', async () => {
  const large = (bytes: number) => PLAINTEXT.repeat(Math.ceil(bytes / PLAINTEXT.length)).slice(0, bytes);
  await refused(sealed('too-large', { password: large(1_060_000) }, { key }), 'FL8108');
  await world.apply(sealed('large', { password: large(900_000) }, { key }));
  await world.synced('large', ({ status }) => status === 'True');
  expect((await read('large'))?.data).toEqual({ password: base64(large(900_000)) });
  await expect(world.apply(sealed('ten', { password: large(10_000_000) }, { key }))).rejects.toThrow();
  await expectNothingTold();
});

test('an immutable Secret', async () => {
  await world.apply(sealed('frozen', { password: 'something-older' }, { key, template: { immutable: true } }));
  await world.synced('frozen', ({ status }) => status === 'True');
  await world.apply(sealed('frozen', content, { key, template: { immutable: true } }));
  await world.failed('frozen', 'FL8106');
  await expectNothingTold();
  await expectNothingTold('something-older');
});

test('trees as deep as the API server takes, in a template and in who owns fields of a Secret, end nothing', async () => {
  const tree = `${'{"f:a":'.repeat(9_000)}{}${'}'.repeat(9_000)}`;
  const notes = JSON.stringify({ [annotations.unsealedFrom]: `sha256:${'0'.repeat(64)}` });
  const owner = `{"manager":"fairlead-unseal","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":${tree}}`;
  const meta = '"name":"deep","namespace":"default"';
  const create = (input: string) => bed().kubectl(['create', '-f', '-'], { input });
  await create(`{"apiVersion":"v1","kind":"Secret","metadata":{${meta},"annotations":${notes},"managedFields":[${owner}]}}`);
  await create(
    `{"apiVersion":"bitnami.com/v1alpha1","kind":"SealedSecret","metadata":{${meta}},"spec":{"encryptedData":{},"template":{"metadata":{"deep":${tree}}}}}`,
  );
  await world.synced('deep', ({ status }) => status === 'True');
  expect((await read('deep'))?.metadata.ownerReferences).toHaveLength(1);
  await world.remove('sealedsecret', 'deep');
  await world.untilForgotten('deep');
  await world.settled();
  world.events.splice(0); // they hold the object, which nobody can print
});

test('a SealedSecret that goes while its values are opened leaves no Secret behind', async () => {
  const held = gate();
  const { open } = ValueOpener.prototype;
  const opening = jest.spyOn(ValueOpener.prototype, 'open').mockImplementation(async function (this: ValueOpener, ...args) {
    // Others, refused in earlier tests, are tried again meanwhile.
    if (args[0].metadata.name === 'short-lived') {
      held.reached();
      await held.opened;
    }
    return await open.apply(this, args);
  });
  const template = { metadata: { annotations: { [annotations.sealedSkipOwner]: 'true' } } };
  await world.apply(sealed('short-lived', content, { key, template }));
  await held.isReached;
  await world.remove('sealedsecret', 'short-lived');
  await world.untilForgotten('short-lived');
  held.open();
  await world.settled();
  opening.mockRestore();
  expect(await read('short-lived')).toBeUndefined();
});

test('a scope that was changed', async () => {
  await world.apply(sealed('rescoped', content, { key }));
  await world.synced('rescoped', ({ status }) => status === 'True');
  await bed().kubectl(['annotate', 'sealedsecret', 'rescoped', `${annotations.sealedNamespaceWide}=true`]);
  await world.failed('rescoped', 'no key could decrypt secret');
  await expectNothingTold();
});
