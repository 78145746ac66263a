import { DriftReports } from '../../../src/agent/apply/drift-reports';
import { newTracked, type Tracked } from '../../../src/agent/apply/tracked';
import type { Drift } from '../../../src/agent/apply/types';

const OWNER = 'Kustomization/flux-system/apps';
const watch = { kind: { group: '', version: 'v1', kind: 'ConfigMap' }, selection: {}, synced: true, settled: Promise.resolve() };

function drifted(name: string, what: Drift['what'] = 'changed'): Tracked {
  const tracked = newTracked({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name }, watch, 'kustomize-controller');
  return Object.assign(tracked, { owner: OWNER, drift: what, otherManager: 'mallory' });
}

let reports: DriftReports;
let heard: string[][];
beforeEach(() => {
  jest.useFakeTimers();
  reports = new DriftReports(Date.now);
  heard = [];
  reports.subscribe(OWNER, (drifts) => heard.push(drifts.map(({ id, what, manager }) => `${id.name} ${what} ${manager}`)));
});
afterEach(() => {
  reports.close();
  jest.useRealTimers();
});

test('drift of several objects at once makes one report', () => {
  reports.report(drifted('a'));
  reports.report(drifted('b', 'deleted'));
  jest.advanceTimersByTime(10);
  expect(heard).toEqual([['a changed mallory', 'b deleted mallory']]);
});

test('what was put right before the report is not told', () => {
  const tracked = drifted('a');
  reports.report(tracked);
  tracked.drift = undefined;
  jest.advanceTimersByTime(10);
  expect(heard).toEqual([]);
});

test('from the third time within a minute each report waits twice as long, and a quiet time ends that', () => {
  const tracked = drifted('a');
  const delays: number[] = [];
  for (let round = 1; round <= 6; round++) {
    const before = heard.length;
    const from = Date.now();
    reports.report(tracked);
    while (heard.length === before) jest.advanceTimersByTime(5);
    delays.push(Math.round((Date.now() - from) / 1000));
  }
  expect(delays).toEqual([0, 0, 5, 10, 20, 40]);
  jest.advanceTimersByTime(10 * 60_000);
  const before = heard.length;
  reports.report(tracked);
  jest.advanceTimersByTime(10);
  expect(heard.length).toBe(before + 1);
});

test('a delayed report goes to whoever listens by then, and to nobody after the end', () => {
  const tracked = drifted('a');
  for (let round = 1; round <= 2; round++) {
    reports.report(tracked);
    jest.advanceTimersByTime(10);
  }
  reports.report(tracked);
  const later: number[] = [];
  reports.subscribe(OWNER, (drifts) => later.push(drifts.length));
  jest.advanceTimersByTime(5100);
  expect([heard.length, later]).toEqual([2, [1]]);

  reports.report(tracked);
  reports.unsubscribe(OWNER);
  jest.advanceTimersByTime(60_000);
  expect(later).toEqual([1]);
});
