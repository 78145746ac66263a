import { KubernetesEvents, kubernetesEvent } from '../../../src/agent/runtime/kubernetes-events';
import { TokenBucket } from '../../../src/agent/runtime/token-bucket';
import type { RecordedEvent } from '../../../src/agent/runtime/types';
import { MemoryClient } from '../../kube/memory-client';
import { settle } from './fake-timing';

const object = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'web', namespace: 'dev', uid: 'u', resourceVersion: '7' },
};
const event = (message: string, at = 0, type: 'Normal' | 'Warning' = 'Normal'): RecordedEvent => ({
  type,
  reason: 'R',
  message,
  object,
  at: new Date(at),
});

function world(burst = 100, capacity?: number) {
  const client = new MemoryClient();
  const stop = new AbortController();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const events = new KubernetesEvents(client, log, stop.signal, { pace: new TokenBucket(burst, 0.001), capacity });
  const messages = () => [...client.objects.values()].map((sent) => sent.message);
  return { client, events, stop, messages };
}

test('an event is written in the words of the controller it comes from', () => {
  expect(kubernetesEvent({ ...event('done'), metadata: { revision: 'main@sha1:1' } })).toMatchObject({
    metadata: {
      namespace: 'dev',
      name: expect.stringMatching(/^web\.[0-9a-f]+$/),
      annotations: { 'helm.toolkit.fluxcd.io/revision': 'main@sha1:1' },
    },
    involvedObject: { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', namespace: 'dev', name: 'web', uid: 'u' },
    source: { component: 'helm-controller' },
    reportingComponent: 'helm-controller',
    message: 'done',
    count: 1,
  });
});

test("an event of one of Kubernetes' own objects comes from fairlead", () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'kube-system' } };
  expect(kubernetesEvent({ ...event('done'), object: secret })).toMatchObject({ source: { component: 'fairlead' }, reportingComponent: 'fairlead' });
});

test('the same again within five minutes is no news', async () => {
  const { events, messages, stop } = world();
  for (const at of [0, 1000, 299_000]) events.take(event('same', at));
  events.take(event('other', 2000));
  events.take(event('same', 301_000));
  await settle();
  expect(messages()).toEqual(['same', 'other', 'same']);
  stop.abort();
});

test('in a flood Normal events are dropped before warnings', async () => {
  const { events, messages, stop } = world(0, 2);
  for (const [text, type] of [
    ['first', 'Normal'],
    ['w1', 'Warning'],
    ['n1', 'Normal'],
    ['w2', 'Warning'],
  ] as const)
    events.take(event(text, 0, type));
  expect((events as unknown as { queue: RecordedEvent[] }).queue.map((queued) => queued.message)).toEqual(['w1', 'w2']);
  await settle();
  expect(messages()).toEqual([]);
  stop.abort();
});

test('a server that refuses events disturbs nobody', async () => {
  const { client, events, messages, stop } = world();
  client.before = () => {
    throw new Error('no');
  };
  events.take(event('lost'));
  await settle();
  client.before = () => {};
  events.take(event('written'));
  await settle();
  expect(messages()).toEqual(['written']);
  stop.abort();
});
