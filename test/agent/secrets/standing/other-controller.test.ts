import { OtherControllers } from '../../../../src/agent/secrets/standing/other-controller';
import { StatusError } from '../../../../src/kube/status-error';
import type { KubeClient, Selection, WatchEvent } from '../../../../src/kube/types';
import { idOf, type KubeObject, keyOf } from '../../../../src/model/object';

const CHART = 'app.kubernetes.io/name=sealed-secrets';
const MANIFEST = 'name=sealed-secrets-controller';

let stopping: AbortController;
beforeEach(() => {
  stopping = new AbortController();
});
afterEach(() => stopping.abort());

test('until all were listed nobody can be told to be away', () => {
  const { others, tell } = world();
  tell(CHART, { type: 'SYNCED', keys: new Set() });
  expect(others.names).toBeUndefined();
  tell(MANIFEST, { type: 'SYNCED', keys: new Set() });
  expect(others.names).toEqual([]);
});

test('one that is scaled to 0 is away once it has no Pods, and what is written of it later does not bring it back', async () => {
  const { others, tell, pods, turn } = world();
  pods.count = 1;
  tell(CHART, { type: 'ADDED', object: deployment(0) });
  listAll(tell, [deployment(0)]);
  await turn(() => pods.asked > 1);
  expect(others.names).toEqual(['Deployment/kube-system/upstream']);
  pods.count = 0;
  await turn(() => others.names?.length === 0);
  tell(CHART, { type: 'MODIFIED', object: deployment(0) });
  expect(others.names).toEqual([]);
  tell(CHART, { type: 'MODIFIED', object: deployment(undefined) });
  expect(others.names).toHaveLength(1);
});

test('one that went while nobody looked is away', async () => {
  const { others, tell, turn } = world();
  tell(CHART, { type: 'ADDED', object: deployment(1) });
  listAll(tell, [deployment(1)]);
  expect(others.names).toHaveLength(1);
  listAll(tell, []);
  await turn(() => others.names?.length === 0);
});

test('one that cannot be scaled down keeps the SealedSecrets; it is told why, and tried again', async () => {
  const { others, tell, warnings, scaled, turn } = world(true);
  scaled.refusals = 1;
  tell(CHART, { type: 'ADDED', object: deployment(1) });
  listAll(tell, [deployment(1)]);
  await turn(() => warnings.length > 0);
  expect(warnings).toEqual([expect.objectContaining({ code: 'FL8121' })]);
  expect(others.names).toHaveLength(1);
  await turn(() => scaled.bodies.length > 0);
  expect(scaled.bodies).toEqual([{ spec: { replicas: 0 } }]);
  expect(others.names).toHaveLength(1);
  tell(CHART, { type: 'MODIFIED', object: deployment(0) });
  await turn(() => others.names?.length === 0);
});

test('one that appears later is not taken over', async () => {
  const { others, tell, scaled, pods, turn } = world(true);
  tell(CHART, { type: 'ADDED', object: deployment(0) });
  listAll(tell, [deployment(0)]);
  await turn(() => others.names?.length === 0);
  tell(CHART, { type: 'MODIFIED', object: deployment(1) });
  const asked = pods.asked;
  tell(CHART, { type: 'MODIFIED', object: deployment(0) });
  await turn(() => pods.asked > asked);
  expect(scaled.bodies).toEqual([]);
});

test('a Deployment of a tenant stops nothing, is told of once, and is not scaled; one that may make Secrets everywhere counts', async () => {
  const { others, tell, reviews, warnings, scaled, turn } = world(true);
  tell(CHART, { type: 'ADDED', object: deployment(1, 'tenant') });
  listAll(tell, [deployment(1, 'tenant')]);
  await turn(() => others.names !== undefined);
  expect(others.names).toEqual([]);
  tell(CHART, { type: 'MODIFIED', object: deployment(2, 'tenant') });
  tell(CHART, { type: 'ADDED', object: deployment(1, 'sealing') });
  await turn(() => others.names!.length > 0);
  expect(others.names).toEqual(['Deployment/sealing/upstream']);
  expect(reviews).toEqual(['system:serviceaccount:tenant:unsealer', 'system:serviceaccount:sealing:unsealer']);
  expect([warnings.length, scaled.bodies]).toEqual([1, []]);
});

test('until the evidence is there nothing is told, and what cannot be asked about counts', async () => {
  const { others, tell, warnings, turn } = world();
  tell(CHART, { type: 'ADDED', object: deployment(1, 'unknown') });
  listAll(tell, [deployment(1, 'unknown')]);
  expect(others.names).toBeUndefined();
  await turn(() => others.names !== undefined);
  expect(others.names).toEqual(['Deployment/unknown/upstream']);
  expect(warnings).toEqual([expect.objectContaining({ status: 403 })]);
});

test('one that is asked about after the beginning delays no decision', async () => {
  const { others, tell, turn } = world();
  tell(CHART, { type: 'ADDED', object: deployment(1, 'tenant') });
  listAll(tell, [deployment(1, 'tenant')]);
  tell(CHART, { type: 'ADDED', object: deployment(1, 'unanswered') });
  await turn(() => others.names !== undefined);
  expect(others.names).toEqual([]);
});

type Tell = (selector: string, event: WatchEvent) => void;

function listAll(tell: Tell, present: readonly KubeObject[]): void {
  const keys = new Set(present.map((object) => keyOf(idOf(object))));
  tell(CHART, { type: 'SYNCED', keys });
  tell(MANIFEST, { type: 'SYNCED', keys: new Set() });
}

function deployment(replicas: number | undefined, namespace = 'kube-system'): KubeObject {
  const labels = { 'app.kubernetes.io/name': 'sealed-secrets' };
  const metadata = { name: 'upstream', namespace, labels };
  const template = { spec: { serviceAccountName: 'unsealer' } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, selector: { matchLabels: labels }, template } };
}

function world(takeOver = false) {
  const watches = new Map<string, (event: WatchEvent) => void>();
  const pods = { count: 0, asked: 0 };
  const scaled = { refusals: 0, bodies: [] as unknown[] };
  const warnings: unknown[] = [];
  const reviews: string[] = [];
  const client = {
    watch: (_: unknown, { labelSelector }: Selection, onEvent: (event: WatchEvent) => void) => void watches.set(labelSelector!, onEvent),
    list: async () => {
      pods.asked += 1;
      return new Array(pods.count).fill({});
    },
    create: async ({ spec: { user } }: { spec: { user: string } }) => {
      reviews.push(user);
      if (user.includes(':unknown:')) throw new StatusError('SubjectAccessReview', 403, 'no');
      if (user.includes(':unanswered:')) await new Promise(() => undefined);
      return { status: { allowed: user.includes(':sealing:') } };
    },
    patch: async (_id: unknown, _type: string, body: unknown) => {
      if (scaled.refusals-- > 0) throw new StatusError('Deployment/kube-system/upstream', 403, 'no');
      scaled.bodies.push(body);
    },
  } as unknown as KubeClient;
  const log = {
    info: () => undefined,
    warn: (_: string, fields?: object) => void warnings.push((fields as { error: unknown }).error),
    error: () => undefined,
  };
  const others = new OtherControllers({ client, namespace: 'kube-system', log, takeOver, onChange: () => undefined });
  others.start(stopping.signal);
  const turn = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { others, pods, scaled, warnings, reviews, turn, tell: (selector: string, event: WatchEvent) => watches.get(selector)!(event) };
}
