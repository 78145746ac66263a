import { LiveState } from '../../../src/cli/images/live-versions';
import type { LockedEntry } from '../../../src/cli/locks/select-entries';
import type { KubeClient } from '../../../src/kube/types';
import type { LockKey } from '../../../src/model/lock';
import type { KubeObject } from '../../../src/model/object';

const object = (kind: string, namespace: string, name: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
  ...rest,
});

const cluster = [
  object('Pod', 'dev', 'a', { spec: { containers: [{ image: 'r.io/a:1' }] }, status: { phase: 'Running' } }),
  object('ImagePolicy', 'flux-system', 'dev-a', {
    spec: { imageRepositoryRef: { name: 'r' } },
    status: { latestRef: { name: 'r.io/a', tag: '2', digest: 'sha256:aa' } },
  }),
  object('ImageRepository', 'flux-system', 'r', { status: { lastScanResult: { scanTime: '2026-01-01T00:00:00Z' } } }),
  object('HelmRelease', 'dev', 'dns', {
    status: {
      history: [
        { chartVersion: '7.0.0', status: 'failed' },
        { chartVersion: '6.3.1', status: 'deployed' },
      ],
    },
  }),
];

/** Answers lists, and remembers them. */
function fakeClient() {
  const lists: string[] = [];
  const list: KubeClient['list'] = async <T extends KubeObject>({ kind }: { kind: string }, selection: { namespace?: string } = {}) => {
    lists.push(`${kind} ${selection.namespace}`);
    return cluster.filter((one) => one.kind === kind && one.metadata.namespace === selection.namespace) as unknown as T[];
  };
  return { client: { list } as KubeClient, lists };
}

function entry(key: LockKey, policy?: string): LockedEntry {
  const marker = policy === undefined ? {} : { marker: `{"$imagepolicy": "flux-system:${policy}"}` };
  const file = { path: '', cluster: 'gke', layer: 'dev', namespace: 'dev', lock: { entries: new Map(), holds: new Map() } };
  return { file, key, entry: { ref: { name: 'r.io/a', tag: '1' }, ...marker } };
}

test.each([
  ['an image', entry('images/a', 'dev-a'), { running: ['1'], newest: '2@sha256:aa', lookedAt: '2026-01-01T00:00:00Z' }],
  ['an image without a policy', entry('images/a'), { running: ['1'] }],
  ['an image whose policy is not there', entry('images/a', 'gone'), { running: ['1'] }],
  ['a chart: what is deployed, not what failed', entry('charts/dns'), { running: ['6.3.1'] }],
  ['a release that is not there', entry('charts/gone'), { running: [] }],
])('%s', async (_, one, expected) => expect(await new LiveState(fakeClient().client).of(one)).toEqual(expected));

test('each kind is listed once', async () => {
  const { client, lists } = fakeClient();
  const state = new LiveState(client);
  for (let i = 0; i < 3; i++) await state.of(entry('images/a', 'dev-a'));
  expect(lists.sort()).toEqual(['ImagePolicy flux-system', 'ImageRepository flux-system', 'Pod dev']);
});
