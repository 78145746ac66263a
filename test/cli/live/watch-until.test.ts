import { type Verdict, watchUntil } from '../../../src/cli/live/watch-until';
import type { World } from '../../../src/cli/live/world';
import { errors } from '../../../src/common/errors';
import { StatusError } from '../../../src/kube/status-error';
import type { KubeClient, WatchEvent } from '../../../src/kube/types';
import type { KubeObject } from '../../../src/model/object';

const POD = { group: '', version: 'v1', kind: 'Pod' };
const TIMEOUT_MS = 60_000;

/** A cluster whose Pods a test names. */
class Pods {
  private emit!: (event: WatchEvent) => void;
  refuse!: (error: Error) => void;
  readonly client = {
    resource: async () => POD,
    watch: (_kind: unknown, _selection: unknown, emit: (event: WatchEvent) => void, _signal: unknown, refuse: (error: Error) => void) => {
      Object.assign(this, { emit, refuse });
      emit({ type: 'SYNCED', keys: new Set() } as WatchEvent);
    },
  } as unknown as KubeClient;

  add(name: string): void {
    this.emit({ type: 'ADDED', object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'dev', name } } as KubeObject } as WatchEvent);
  }
}

const names = (world: World) => world.objects.list('Pod').map(({ metadata }) => metadata.name);
/** The name of the last Pod says what is to be thought. */
const verdictOf = (world: World): Verdict => (names(world).at(-1)?.replace(/^\d+-/, '') ?? 'open') as Verdict;

let pods: Pods;
let settled: unknown;

beforeEach(async () => {
  jest.useFakeTimers();
  pods = new Pods();
  settled = undefined;
  const watched = [{ kind: POD, selection: {}, isNeeded: true }];
  watchUntil(pods.client, { agentNamespace: 'flux-system', watched, timeoutMs: TIMEOUT_MS, judge: verdictOf }).then(
    ({ verdict, world }) => {
      settled = { verdict, pods: names(world) };
    },
    (error) => {
      settled = error;
    },
  );
  await jest.advanceTimersByTimeAsync(1);
});
afterEach(() => jest.useRealTimers());

async function comes(name: string, afterMs = 1): Promise<void> {
  pods.add(name);
  await jest.advanceTimersByTimeAsync(afterMs);
}

test('what is done ends it at once', async () => {
  await comes('1-open');
  expect(settled).toBeUndefined();
  await comes('2-done');
  expect(settled).toEqual({ verdict: 'done', pods: ['1-open', '2-done'] });
});

test('what seems final is believed after it lasted', async () => {
  await comes('1-final', 2_900);
  expect(settled).toBeUndefined();
  await jest.advanceTimersByTimeAsync(200);
  expect(settled).toEqual({ verdict: 'final', pods: ['1-final'] });
});

test('what seemed final and passed was not', async () => {
  await comes('1-final', 2_000);
  await comes('2-open', 2_000);
  await comes('3-final', 2_000);
  expect(settled).toBeUndefined();
  await comes('4-done');
  expect(settled).toMatchObject({ verdict: 'done' });
});

test('the time ends it with what is there', async () => {
  await comes('1-open', TIMEOUT_MS);
  expect(settled).toEqual({ verdict: 'timed out', pods: ['1-open'] });
});

test('what may not be read any more ends it with why', async () => {
  pods.refuse(new StatusError('pods', 401, 'Unauthorized'));
  await jest.advanceTimersByTimeAsync(1);
  expect(settled).toMatchObject({ code: errors.ApiUnauthorized.code });
});
