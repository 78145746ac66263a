import { backOffMs, type PodState, statusOf } from '../../../src/testbed/process-node/status';

const CONTAINER = { name: 'agent', image: 'example.com/agent:1' };
const READY: PodState = {
  phase: 'Running',
  state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  started: true,
  ready: true,
  restartCount: 0,
  ip: '198.18.0.1',
  startTime: '2026-01-01T00:00:00Z',
};

test('the first restart is at once, the next ones wait twice as long each, up to five minutes', () => {
  expect([0, 1, 2, 3, 9].map((restarts) => backOffMs(restarts, 10_000))).toEqual([0, 10_000, 20_000, 40_000, 300_000]);
});

test('a condition keeps its time while it holds, and has a new one when it turns', () => {
  const first = statusOf(CONTAINER, READY, 'then');
  const later = statusOf(CONTAINER, { ...READY, ready: false }, 'now', first.conditions);
  const times = Object.fromEntries(later.conditions.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]));
  expect(times).toEqual({ PodScheduled: 'then', Initialized: 'then', PodReadyToStartContainers: 'then', ContainersReady: 'now', Ready: 'now' });
});
