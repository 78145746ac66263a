import { SecretWatch } from '../../../../src/agent/secrets/written/secret-watch';
import type { KubeClient, WatchEvent } from '../../../../src/kube/types';
import { annotations, labels } from '../../../../src/model/labels';
import { idOf, type KubeObject, keyOf, type ObjectMeta } from '../../../../src/model/object';

const DIGEST = `sha256:${'1'.repeat(64)}`;

function watched() {
  let say!: (event: WatchEvent) => void;
  let complain!: (error: Error) => void;
  const warnings: unknown[] = [];
  const client: Pick<KubeClient, 'watch'> = {
    watch: (_kind, _selection, onEvent, _signal, onError) => {
      say = onEvent;
      complain = onError!;
    },
  };
  const log = { info: () => undefined, warn: (_: string, fields?: object) => void warnings.push(fields), error: () => undefined };
  const watch = new SecretWatch(client, log);
  const told: string[] = [];
  watch.subscribe({
    saw: ({ name, resourceVersion }, before) => void told.push(`saw ${name} ${before?.resourceVersion ?? '-'} ${resourceVersion}`),
    lost: ({ name }) => void told.push(`lost ${name}`),
    listed: () => void told.push('listed'),
  });
  watch.start(new AbortController().signal);
  return { watch, told, warnings, say: (event: WatchEvent) => say(event), complain: (error: Error) => complain(error) };
}

const secret = (name: string, resourceVersion: string, more: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion, ...more },
});
const keys = (...objects: KubeObject[]) => new Set(objects.map((object) => keyOf(idOf(object))));

test('changes are told with what was before, and what was known already is not', async () => {
  const { watch, told, say } = watched();
  say({ type: 'ADDED', object: secret('a', '1') });
  say({ type: 'SYNCED', keys: keys(secret('a', '1')) });
  await watch.synced;
  say({ type: 'MODIFIED', object: secret('a', '2') });
  say({ type: 'ADDED', object: secret('a', '2') });
  say({ type: 'DELETED', object: secret('a', '3') });
  say({ type: 'DELETED', object: secret('unknown', '3') });
  expect(told).toEqual(['saw a - 1', 'listed', 'saw a 1 2', 'lost a']);
});

test('what went while nobody looked is told after the next list', () => {
  const { watch, told, say } = watched();
  for (const name of ['a', 'b']) say({ type: 'ADDED', object: secret(name, '1') });
  say({ type: 'SYNCED', keys: keys(secret('b', '1')) });
  expect(told.slice(2)).toEqual(['lost a', 'listed']);
  expect([watch.get('default', 'a'), watch.get('default', 'b')?.name, watch.get('other', 'b')]).toEqual([undefined, 'b', undefined]);
});

test('what is kept tells whose a Secret is', () => {
  const { watch, say } = watched();
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u-1' },
    { apiVersion: 'v1', kind: 'X', name: 'y', uid: 'u-2', controller: true },
  ];
  say({ type: 'ADDED', object: secret('plain', '1') });
  say({
    type: 'ADDED',
    object: secret('full', '1', {
      labels: { [labels.sealingKey]: 'active' },
      annotations: { [annotations.sealedManaged]: 'true', [annotations.sealedPatch]: 'yes', [annotations.unsealedFrom]: DIGEST },
      ownerReferences,
    }),
  });
  expect(watch.get('default', 'plain')).toEqual({
    namespace: 'default',
    name: 'plain',
    uid: 'uid-plain',
    resourceVersion: '1',
    isManaged: false,
    isPatched: false,
  });
  expect(watch.get('default', 'full')).toMatchObject({
    sealingKey: 'active',
    controlledBy: 'u-2',
    isManaged: true,
    isPatched: false,
    unsealedFrom: DIGEST,
  });
});

test('a trouble of the watch is said once, until it is over', () => {
  const { say, complain, warnings } = watched();
  complain(new Error('forbidden'));
  complain(new Error('forbidden'));
  say({ type: 'ADDED', object: secret('a', '1') });
  complain(new Error('forbidden'));
  expect(warnings).toHaveLength(2);
});
