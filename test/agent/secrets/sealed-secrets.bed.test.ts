import { annotations } from '../../../src/model/labels';
import type { KubeObject } from '../../../src/model/object';
import { labelFor } from '../../../src/seal/scope';
import { sealValue } from '../../../src/seal/sealed-value';
import { increase, requestsOf } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { SealedSecretsWorld, type Secret, sealed, sealingKey, TestRing } from './sealed-secrets-world';

const key = sealingKey('first');
const another = sealingKey('another');
const ring = new TestRing([key]);

let world: SealedSecretsWorld;
afterAll(() => world?.stop());
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, git: false });
beforeAll(async () => {
  world = await SealedSecretsWorld.start(bed(), ring);
}, BUILD_TIMEOUT_MS);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const isSynced = ({ status }: { readonly status: string }) => status === 'True';
const values = ({ data = {} }: Secret) =>
  Object.fromEntries(Object.entries(data).map(([item, value]) => [item, Buffer.from(value, 'base64').toString()]));

/** A Secret that was made of a SealedSecret, and everything settled. */
async function unsealed(name: string, content: Record<string, string>, template?: object): Promise<Secret> {
  await world.apply(sealed(name, content, { key, template }));
  const secret = await world.secret(name);
  await world.synced(name, isSynced);
  await world.settled();
  return secret;
}

test('a SealedSecret becomes a Secret of its template, whatever the scope, and says so as upstream does', async () => {
  const binary = Buffer.from([0, 255, 128, 10]);
  const template = {
    type: 'example.com/login',
    metadata: { labels: { app: 'web' }, annotations: { note: 'mine' } },
    data: { url: 'u:{{ .password }}' },
  };
  for (const scope of ['strict', 'namespace-wide', 'cluster-wide'] as const) {
    const name = `scoped-${scope}`;
    await world.apply(sealed(name, { password: 'hunter2', empty: '', binary }, { key, scope, template }));
    const secret = await world.secret(name);
    expect(secret).toMatchObject({
      type: 'example.com/login',
      data: { password: base64('hunter2'), empty: '', binary: binary.toString('base64'), url: base64('u:hunter2') },
      metadata: {
        labels: { app: 'web' },
        annotations: { note: 'mine', [annotations.unsealedFrom]: expect.stringMatching(/^sha256:/) },
        ownerReferences: [{ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name, controller: true }],
      },
    });
    const { message, lastUpdateTime, lastTransitionTime } = await world.synced(name, isSynced);
    expect([message, lastUpdateTime]).toEqual(['', lastTransitionTime]);
  }
  expect(world.events).toContainEqual(expect.objectContaining({ type: 'Normal', reason: 'Unsealed', message: 'SealedSecret unsealed successfully' }));
  expect(await world.runtime.metrics.text()).toMatch(
    /^sealed_secrets_controller_condition_info\{namespace="default",name="scoped-strict",condition="Synced",ss_app_kubernetes_io_instance=""\} 1$/m,
  );
});

test('an agent that starts anew opens nothing and sends nothing while nothing changed', async () => {
  await unsealed('kept', { password: 'hunter2' });
  await world.settled();
  await world.end();
  ring.use();
  await world.begin();
  await world.settled();
  const { 'create secrets': marker, 'delete secrets': marked, ...rest } = await requestsOf(world.runtime);
  expect([marker, marked, rest]).toEqual([1, 1, {}]);
  ring.use(key);
});

test.each<[string, object]>([
  ['a value', { data: { password: base64('other') } }],
  ['a key that was added', { data: { more: base64('other') } }],
  ['a key that was taken away', { data: { password: null } }],
  ['a label', { metadata: { labels: { app: 'other' } } }],
  ['a label that was taken away', { metadata: { labels: { app: null } } }],
  ['the owner', { metadata: { ownerReferences: null } }],
  ['what it was unsealed from', { metadata: { annotations: { [annotations.unsealedFrom]: 'sha256:0' } } }],
])('a hand edit is undone: %s', async (what, patch) => {
  const name = `edited-${what.replace(/\W/g, '-')}`;
  const before = await unsealed(name, { password: 'hunter2', user: 'anna' }, { metadata: { labels: { app: 'web' } } });
  await world.patch(name, patch);
  const after = await world.secret(name, ({ data, metadata }) => {
    const { labels, ownerReferences, annotations: notes } = metadata;
    return (
      JSON.stringify([data, labels, ownerReferences, notes]) ===
      JSON.stringify([before.data, before.metadata.labels, before.metadata.ownerReferences, before.metadata.annotations])
    );
  });
  await world.settled();
  const counts = await requestsOf(world.runtime);
  await world.settled();
  expect(increase(counts, await requestsOf(world.runtime))).toEqual({ 'create secrets': 1, 'delete secrets': 1 });
  expect(after.metadata.uid).toBe(before.metadata.uid);
});

test('labels that others put beside ours are nobody here to mind', async () => {
  await unsealed('labelled', { password: 'hunter2' });
  const before = await requestsOf(world.runtime);
  await world.patch('labelled', { metadata: { labels: { team: 'a' }, annotations: { seen: 'yes' } } });
  await world.settled();
  expect(increase(before, await requestsOf(world.runtime))).toEqual({ 'create secrets': 1, 'delete secrets': 1 });
  expect((await world.secret('labelled')).metadata.labels).toEqual({ team: 'a' });
});

test('who sets a value again and again is given way for a while', async () => {
  await unsealed('quarrel', { password: 'hunter2' });
  const isOurs = ({ data }: Secret) => data?.password === base64('hunter2');
  const isSaid = () => world.log.some((line) => line.includes('somebody else keeps changing a Secret') && line.includes('quarrel'));
  let edits = 0;
  // It waits longer each time: an edit comes soon enough in the end, however slow this machine is.
  for (; !isSaid(); edits++) {
    await world.patch('quarrel', { data: { password: base64(`other${edits}`) } });
    await world.secret('quarrel', isOurs);
  }
  expect(edits).toBeGreaterThan(4);
});

test('a Secret that was deleted is back, whether the SealedSecret owns it or not', async () => {
  for (const [name, skip] of [
    ['deleted', 'false'],
    ['deleted-free', 'true'],
  ] as const) {
    const before = await unsealed(name, { password: 'hunter2' }, { metadata: { annotations: { [annotations.sealedSkipOwner]: skip } } });
    expect(before.metadata.ownerReferences === undefined).toBe(skip === 'true');
    await world.remove('secret', name);
    const after = await world.secret(name, ({ metadata }) => metadata.uid !== before.metadata.uid);
    expect(after.data).toEqual(before.data);
  }
});

test('a new value replaces the old one, and what the template no longer has goes', async () => {
  await unsealed('changed', { password: 'hunter2', old: 'x' }, { metadata: { labels: { app: 'web' } } });
  await world.replace(sealed('changed', { password: 'hunter3' }, { key }));
  const after = await world.secret('changed', ({ data }) => data?.old === undefined);
  expect(values(after)).toEqual({ password: 'hunter3' });
  expect(after.metadata.labels).toBeUndefined();
});

describe('a Secret that was there before', () => {
  const foreign = (name: string, notes: Record<string, string> = {}, more: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default', annotations: notes, labels: { team: 'a' } },
    data: { password: base64('theirs'), own: base64('theirs') },
    ...more,
  });

  test('is left alone while it is somebody else’s, and made when it goes', async () => {
    await world.apply(foreign('foreign'));
    await world.apply(sealed('foreign', { password: 'hunter2' }, { key }));
    const { message, reason } = await world.failed('foreign', 'Resource "foreign" already exists and is not managed by SealedSecret');
    expect([reason, message]).toEqual(['ErrUpdateFailed', expect.stringContaining('FL8105')]);
    expect(values(await world.secret('foreign'))).toEqual({ password: 'theirs', own: 'theirs' });
    expect(await world.runtime.metrics.text()).toMatch(
      /^sealed_secrets_controller_unseal_errors_total\{reason="unmanaged",namespace="default"\} \d+$/m,
    );
    await world.remove('secret', 'foreign');
    expect(values(await world.secret('foreign', ({ data }) => data?.own === undefined))).toEqual({ password: 'hunter2' });
    await world.synced('foreign', isSynced);
  });

  test('is replaced where it is annotated so, even later', async () => {
    await world.apply(foreign('managed'));
    await world.apply(sealed('managed', { password: 'hunter2' }, { key }));
    await world.failed('managed', 'not managed');
    await world.patch('managed', { metadata: { annotations: { [annotations.sealedManaged]: 'true' } } });
    const after = await world.secret('managed', ({ data }) => data?.own === undefined);
    expect([values(after), after.metadata.labels]).toEqual([{ password: 'hunter2' }, undefined]);
    expect(after.metadata.ownerReferences).toHaveLength(1);
    await world.synced('managed', isSynced);
    await world.settled();
    const counts = await requestsOf(world.runtime);
    await world.settled();
    expect(increase(counts, await requestsOf(world.runtime))).toEqual({ 'create secrets': 1, 'delete secrets': 1 });
  });

  test('is added to where it is annotated so: what it has besides stays, a hand edit of what was added does not', async () => {
    await world.apply(foreign('patched', { [annotations.sealedPatch]: 'true' }));
    await world.apply(sealed('patched', { password: 'hunter2' }, { key, template: { metadata: { labels: { app: 'web' } } } }));
    const isAdded = ({ data }: Secret) => data?.password === base64('hunter2');
    const after = await world.secret('patched', isAdded);
    expect([values(after).own, after.metadata.labels, after.metadata.ownerReferences]).toEqual(['theirs', { team: 'a', app: 'web' }, undefined]);
    await world.synced('patched', isSynced);
    await world.settled();
    const counts = await requestsOf(world.runtime);
    await world.patch('patched', { data: { own: base64('new') } });
    await world.settled();
    expect(increase(counts, await requestsOf(world.runtime))).toEqual({ 'create secrets': 1, 'delete secrets': 1 });
    await world.patch('patched', { data: { password: base64('theirs') } });
    expect(values(await world.secret('patched', isAdded))).toEqual({ password: 'hunter2', own: 'new' });
  });

  test('and was upstream’s is taken over with one write', async () => {
    world.standing.set(false);
    await world.apply(sealed('upstream', { password: 'hunter2' }, { key }));
    const { metadata } = (await world.client.get({
      group: 'bitnami.com',
      version: 'v1alpha1',
      kind: 'SealedSecret',
      namespace: 'default',
      name: 'upstream',
    }))!;
    const owner = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'upstream', uid: metadata.uid!, controller: true };
    const theirs = { ...foreign('upstream'), data: { password: base64('hunter2') }, type: 'Opaque' };
    await world.client.create(
      { ...theirs, metadata: { name: 'upstream', namespace: 'default', ownerReferences: [owner] } },
      { fieldManager: 'controller' },
    );
    await world.settled();
    const before = await requestsOf(world.runtime);
    world.standing.set(true);
    await world.synced('upstream', isSynced);
    await world.settled();
    const { 'update secrets': writes } = increase(before, await requestsOf(world.runtime));
    expect(writes).toBe(1);
  });
});

test('a value of an unknown key is opened as soon as the key appears', async () => {
  await world.apply(sealed('later', { password: 'hunter2' }, { key: another }));
  const { reason, message } = await world.failed('later', 'no key could decrypt secret (password)');
  expect([reason, message]).toEqual(['ErrUnsealFailed', expect.stringContaining('fairlead seal restore')]);
  ring.use(another, key);
  expect(values(await world.secret('later'))).toEqual({ password: 'hunter2' });
  await world.synced('later', isSynced);
  ring.use(key);
});

test('a scope that changes counts at once, back and forth', async () => {
  await unsealed('rescoped', { password: 'hunter2' });
  const annotate = (value: string) =>
    bed().kubectl(['annotate', '--overwrite', 'sealedsecret', 'rescoped', `${annotations.sealedClusterWide}${value}`]);
  await annotate('=true');
  await world.failed('rescoped', 'no key could decrypt secret (password)');
  await annotate('-');
  await world.synced('rescoped', isSynced);
});

test('a Secret whose type changes is made anew, and only if the server takes the new one', async () => {
  const before = await unsealed('typed', { password: 'hunter2' });
  await world.replace(sealed('typed', { password: 'hunter2' }, { key, template: { type: 'kubernetes.io/tls' } }));
  await world.failed('typed', 'FL8108');
  expect((await world.secret('typed')).metadata.uid).toBe(before.metadata.uid);
  await world.replace(sealed('typed', { password: 'hunter2' }, { key, template: { type: 'example.com/login' } }));
  const after = await world.secret('typed', ({ type }) => type === 'example.com/login');
  expect(values(after)).toEqual({ password: 'hunter2' });
  await world.synced('typed', isSynced);
});

test('an immutable Secret stays, and is made anew once it was deleted', async () => {
  await unsealed('frozen', { password: 'hunter2' });
  await world.replace(sealed('frozen', { password: 'hunter3' }, { key, template: { immutable: true } }));
  const before = await world.secret('frozen', ({ immutable }) => immutable === true);
  expect(values(before)).toEqual({ password: 'hunter3' });
  await world.synced('frozen', isSynced);
  await world.replace(sealed('frozen', { password: 'hunter4' }, { key }));
  const { message } = await world.failed('frozen', 'FL8106');
  expect(message).toContain('kubectl delete secret frozen --namespace default');
  await world.remove('secret', 'frozen');
  expect(values(await world.secret('frozen', ({ metadata }) => metadata.uid !== before.metadata.uid))).toEqual({ password: 'hunter4' });
  await world.synced('frozen', isSynced);
});

test('the deprecated form is a whole Secret', async () => {
  const whole = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'elsewhere', labels: { app: 'old' } },
    type: 'example.com/login',
    data: { password: base64('hunter2') },
  };
  const data = sealValue(Buffer.from(JSON.stringify(whole)), key.publicKey, labelFor('strict', 'default', 'deprecated'));
  const object = sealed('deprecated', {}, { key });
  await world.apply({ ...object, spec: { ...object.spec, data } });
  const secret = await world.secret('deprecated');
  expect([secret.type, secret.metadata.labels, values(secret)]).toEqual(['example.com/login', { app: 'old' }, { password: 'hunter2' }]);
  await world.synced('deprecated', isSynced);
});

test('while another one stands nothing is done and nothing is said, and then all of it', async () => {
  world.standing.set(false);
  await world.apply(sealed('stood', { password: 'hunter2' }, { key }));
  await world.settled();
  const id = { group: 'bitnami.com', version: 'v1alpha1', kind: 'SealedSecret', namespace: 'default', name: 'stood' };
  expect((await world.client.get(id))?.status).toBeUndefined();
  world.standing.set(true);
  await world.secret('stood');
  await world.synced('stood', isSynced);
});
