import type { HelmReleaseSpec } from '../../../src/agent/helm/helm-release';
import { inDoubt, nextStep, outdated, type Revision, type Situation } from '../../../src/agent/helm/release-state';
import { snapshot } from './snapshots';

const wanted = { chart: 'c', config: 'v' };
const old = { chart: 'c0', config: 'v' };

/** `deployed`, `failed old` (made of something else), `deployed foreign` (not made by us). */
function revisions(...states: string[]): Revision[] {
  return states.map((state, index) => {
    const [status, of] = state.split(' ');
    const made = of === 'foreign' ? undefined : of === 'old' ? old : wanted;
    return { version: index + 1, status: status as Revision['status'], isOurs: made !== undefined, touchedMs: 0, ...(made ? { made } : {}) };
  });
}

function step(states: readonly string[], more: Partial<Omit<Situation, 'spec'>> & { spec?: Partial<HelmReleaseSpec> } = {}) {
  return nextStep({
    revisions: revisions(...states),
    wanted,
    history: [],
    failures: { install: 0, upgrade: 0 },
    forced: false,
    done: new Set(),
    nowMs: 1000,
    patienceMs: 500,
    ...more,
    spec: { interval: '1m', ...more.spec },
  });
}

const onceFailed = { lastAttempt: 'upgrade', failures: { install: 0, upgrade: 1 } } as const;
const rolledBack = { spec: { upgrade: { remediation: { retries: 1 } } }, ...onceFailed } as const;

describe('next comes', () => {
  test.each([
    ['nothing there', [], { type: 'install' }],
    ['uninstalled, history kept', ['uninstalled'], { type: 'install' }],
    ['as wanted', ['superseded old', 'deployed'], { type: 'none' }],
    ['made of something else', ['deployed old'], { type: 'upgrade' }],
    ['ours, cut short', ['deployed old', 'pending-upgrade'], { type: 'unlock', version: 2 }],
    ['our uninstall, cut short', ['uninstalling'], { type: 'uninstall' }],
    ['deployed twice', ['deployed old', 'deployed'], { type: 'supersede', versions: [1] }],
    ['deployed by hand', ['superseded', 'deployed foreign'], { type: 'upgrade' }],
    ['failed by hand', ['deployed', 'failed foreign'], { type: 'upgrade' }],
    ['superseded by nothing', ['superseded'], { type: 'upgrade' }],
  ] as const)('%s', (_, states, expected) => {
    expect(step(states)).toMatchObject(expected);
  });

  test('patience with Helm by hand, but not for ever', () => {
    expect(step(['deployed', 'pending-rollback foreign'], { nowMs: 200 })).toEqual({ type: 'wait', forMs: 300 });
    expect(step(['uninstalling foreign'], { nowMs: 200 })).toEqual({ type: 'wait', forMs: 300 });
    expect(step(['deployed', 'pending-rollback foreign'])).toEqual({ type: 'unlock', version: 2 });
    expect(step(['uninstalling foreign'])).toEqual({ type: 'uninstall' });
  });

  test('a look at what Flux made, once', () => {
    expect(step(['deployed foreign'], { history: [snapshot(1)] })).toEqual({ type: 'adopt', snapshot: snapshot(1) });
    expect(step(['deployed foreign'], { history: [snapshot(1)], done: new Set(['adopt'] as const) })).toMatchObject({ type: 'upgrade' });
  });

  test('an upgrade where it is asked for, once', () => {
    expect(step(['deployed'], { forced: true })).toMatchObject({ type: 'upgrade', why: 'forced' });
    expect(step(['deployed'], { forced: true, done: new Set(['upgrade'] as const) })).toEqual({ type: 'none' });
  });
});

describe('after a failure comes', () => {
  const failed = ['superseded old', 'deployed old', 'failed'];
  const history = [snapshot(3, 'failed'), snapshot(2), snapshot(1, 'superseded')];

  test('another try, where what failed is not what is wanted', () => {
    expect(step(failed, { history, lastAttempt: 'upgrade' })).toMatchObject({ type: 'upgrade' });
  });

  test('nothing, without remediation', () => {
    expect(step(failed, { history, ...onceFailed })).toMatchObject({
      type: 'stalled',
      reason: 'RetriesExceeded',
      message: 'Failed to upgrade after 1 attempt(s)',
    });
  });

  test('the rollback, and then another try while there is one', () => {
    expect(step(failed, { history, ...rolledBack })).toEqual({ type: 'rollback', to: snapshot(2) });
    expect(step([...failed, 'deployed old'], { history, ...rolledBack, done: new Set(['rollback'] as const) })).toEqual({ type: 'retry' });
    const twice = { ...rolledBack, failures: { install: 0, upgrade: 2 } };
    expect(step(failed, { history, ...twice })).toMatchObject({ type: 'rollback' });
    expect(
      step(['superseded old', 'superseded old', 'failed', 'deployed old'], { history, ...twice, done: new Set(['rollback'] as const) }),
    ).toMatchObject({ type: 'stalled' });
    expect(step(['superseded old', 'superseded old', 'failed', 'deployed old'], { history, ...twice })).toMatchObject({
      type: 'stalled',
      reason: 'RetriesExceeded',
    });
  });

  test('an end, where there is nothing to roll back to', () => {
    expect(step(['failed'], { history: [snapshot(1, 'failed')], ...rolledBack })).toMatchObject({ type: 'stalled', reason: 'MissingRollbackTarget' });
  });

  test('another try, where what to roll back to went away', () => {
    expect(step(['failed'], { history: [snapshot(9, 'failed'), snapshot(8)], ...rolledBack })).toMatchObject({ type: 'upgrade' });
  });

  test('the uninstall, where the strategy says so', () => {
    const spec = { upgrade: { remediation: { retries: 1, strategy: 'uninstall' as const } } };
    expect(step(failed, { history, ...onceFailed, spec })).toEqual({ type: 'uninstall' });
    expect(
      step(['failed'], { spec: { install: { remediation: { retries: 1 } } }, lastAttempt: 'install', failures: { install: 1, upgrade: 0 } }),
    ).toEqual({ type: 'uninstall' });
  });

  test('another try at every interval, with RetryOnFailure', () => {
    const spec = { upgrade: { strategy: { name: 'RetryOnFailure' as const } } };
    expect(step(failed, { history, ...onceFailed, spec })).toMatchObject({ type: 'upgrade' });
    expect(step(failed, { history, ...onceFailed, spec, done: new Set(['upgrade'] as const) })).toEqual({ type: 'retry', after: '5m' });
  });

  test('the wanted one, where somebody forces it', () => {
    expect(step(failed, { history, ...onceFailed, forced: true })).toMatchObject({ type: 'upgrade', why: 'forced' });
  });
});

describe('revisions', () => {
  const versions = (list: readonly Revision[]) => list.map(({ version }) => version);

  test.each([
    [['superseded', 'deployed'], [2]],
    [
      ['superseded', 'deployed', 'failed', 'failed'],
      [2, 3, 4],
    ],
    [
      ['failed', 'failed'],
      [1, 2],
    ],
    [
      ['superseded', 'superseded', 'failed'],
      [2, 3],
    ],
    [['superseded', 'uninstalling'], [2]],
    [['uninstalled', 'failed'], [2]],
  ])('%j may have objects in the cluster: %j', (states, expected) => {
    expect(versions(inDoubt(revisions(...states)))).toEqual(expected);
  });

  test.each([
    [['superseded', 'superseded', 'superseded', 'deployed'], 2, [1, 2]],
    [['superseded', 'deployed'], 0, []],
    [['deployed', 'failed', 'failed', 'failed'], 2, [2, 3]],
    [['deployed', 'failed old', 'failed', 'failed'], 2, [3]],
  ])('%j, keeping %i: %j go', (states, keep, expected) => {
    expect(versions(outdated(revisions(...states), keep))).toEqual(expected);
  });
});
