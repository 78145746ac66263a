import { ReleaseWorld } from './release-world';

const VALUES = JSON.stringify({});

describe('a release', () => {
  test('is installed, and kept without a request', async () => {
    const world = new ReleaseWorld();
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'InstallSucceeded' });
    expect(world.condition('Ready')).toBe('True InstallSucceeded: Helm install succeeded for release dev/app.v1 with chart toy@0.1.0');
    expect(world.revisions()).toEqual(['v1 deployed']);
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
    expect(world.cluster.writes).toEqual([
      'status',
      'create Secret/sh.helm.release.v1.app.v1',
      'apply ConfigMap/a',
      'apply ConfigMap/b',
      'replace Secret/sh.helm.release.v1.app.v1',
      'status',
    ]);
    await world.visit();
    expect(world.cluster.writes).toHaveLength(6);
  });

  test('is upgraded when its chart changes without a new version, and loses what the chart does', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    world.chart = { name: 'toy', version: '0.1.0', objects: ['a', 'c'] };
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'UpgradeSucceeded' });
    expect(world.revisions()).toEqual(['v1 superseded', 'v2 deployed']);
    expect(world.live()).toEqual({ a: VALUES, c: VALUES });
    expect(world.object.status?.history?.map(({ version, status, action }) => [version, status, action])).toEqual([
      [2, 'deployed', 'upgrade'],
      [1, 'superseded', 'install'],
    ]);
  });

  test('keeps as many revisions as it is told', async () => {
    const world = new ReleaseWorld({ maxHistory: 2 });
    for (const tag of ['1', '2', '3', '4']) {
      world.change({ values: { tag } });
      await world.visit();
    }
    expect(world.revisions()).toEqual(['v3 superseded', 'v4 deployed']);
  });

  test('that another commit puts back as it was is upgraded to it, as Helm by hand would not', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    world.change({ values: { tag: '2' } });
    await world.visit();
    world.change({ values: undefined });
    await world.visit();
    expect(world.revisions()).toEqual(['v1 superseded', 'v2 superseded', 'v3 deployed']);
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
  });

  test('is uninstalled with its objects and revisions', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    expect(await world.finalize()).toEqual({ type: 'finalized' });
    expect(world.revisions()).toEqual([]);
    expect(world.live()).toEqual({});
    expect(world.events.at(-1)?.reason).toBe('UninstallSucceeded');
    expect(await world.finalize()).toEqual({ type: 'finalized' });
  });

  test('for a cluster that cannot be told is nowhere, and nothing is taken away elsewhere', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    world.change({ kubeConfig: { configMapRef: { name: 'cloud' } } });
    expect(await world.visit()).toMatchObject({ type: 'stalled', reason: 'UnsupportedField', message: expect.stringContaining('FL4017') });
    expect(await world.finalize()).toMatchObject({ type: 'failed', reason: 'UninstallFailed' });
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
  });

  test('moves when its target does: gone there, installed here', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    world.change({ releaseName: 'other' });
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'InstallSucceeded' });
    expect(world.cluster.of('Secret').map((secret) => secret.metadata.name)).toEqual(['sh.helm.release.v1.other.v1']);
  });

  test('waits for what it depends on', async () => {
    const world = new ReleaseWorld({ dependsOn: [{ name: 'db' }] });
    expect(await world.visit()).toMatchObject({ type: 'waiting', on: [{ kind: 'HelmRelease', namespace: 'dev', name: 'db' }] });
    const ready = { conditions: [{ type: 'Ready', status: 'True' as const, reason: '', message: '' }], observedGeneration: 3 };
    world.stored.set('HelmRelease/dev/db', {
      apiVersion: 'v1',
      kind: 'HelmRelease',
      metadata: { name: 'db', generation: 3 },
      spec: {},
      status: ready,
    });
    expect(await world.visit()).toMatchObject({ type: 'ready' });
  });
});

describe('a failure', () => {
  test('to render changes nothing, uses up no retry and says why', async () => {
    const world = new ReleaseWorld({ install: { remediation: { retries: 0 } } });
    world.chart = { name: 'toy', version: '0.1.0', objects: ['a'], fails: 'toy/templates/a.yaml:3: no' };
    for (let visit = 0; visit < 3; visit++) expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'InstallFailed' });
    expect(world.condition('Ready')).toContain('Helm install failed for release dev/app with chart toy@0.1.0: toy/templates/a.yaml:3: no');
    expect(world.object.status?.installFailures).toBeUndefined();
    expect(world.revisions()).toEqual([]);
    world.chart = { name: 'toy', version: '0.1.0', objects: ['a'] };
    expect(await world.visit()).toMatchObject({ type: 'ready' });
  });

  test('of an install without retries stays as it is, until what it is made of changes', async () => {
    const world = new ReleaseWorld();
    world.applied.unhealthy.add('b');
    expect(await world.visit()).toMatchObject({ type: 'stalled', reason: 'RetriesExceeded', message: 'Failed to install after 1 attempt(s)' });
    expect(world.condition('Ready')).toMatch(
      /^False InstallFailed: Helm install failed for release dev\/app with chart toy@0.1.0: .*ConfigMap\/dev\/b is broken/,
    );
    expect(world.condition('Stalled')).toBe('True RetriesExceeded: Failed to install after 1 attempt(s)');
    const writes = world.cluster.writes.length;
    await world.visit('interval');
    expect(world.cluster.writes).toHaveLength(writes);

    world.chart = { name: 'toy', version: '0.1.0', objects: ['a', 'c'] };
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'UpgradeSucceeded' });
    expect(world.revisions()).toEqual(['v1 failed', 'v2 deployed']);
    expect(world.live()).toEqual({ a: VALUES, c: VALUES });
  });

  test.each([['requested'], ['reset'], ['force']])('that is a dead end is tried again when somebody asks for it (%s)', async (how) => {
    const world = new ReleaseWorld();
    world.applied.unhealthy.add('b');
    await world.visit();
    world.applied.unhealthy.clear();
    if (how === 'reset') world.annotate({ 'reconcile.fluxcd.io/requestedAt': '1', 'reconcile.fluxcd.io/resetAt': '1' });
    if (how === 'force') world.annotate({ 'reconcile.fluxcd.io/requestedAt': '1', 'reconcile.fluxcd.io/forceAt': '1' });
    expect(await world.visit(...(how === 'requested' ? ['requested'] : []))).toMatchObject({ type: 'ready' });
  });

  test('of an install with retries is uninstalled between attempts', async () => {
    const world = new ReleaseWorld({ install: { remediation: { retries: 1 } } });
    world.applied.unhealthy.add('b');
    expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'UninstallSucceeded' });
    expect(world.revisions()).toEqual([]);
    expect(world.live()).toEqual({});
    expect(await world.visit()).toMatchObject({ type: 'stalled', reason: 'RetriesExceeded' });
    expect(world.revisions()).toEqual(['v1 failed']);
  });

  test('of an upgrade is rolled back, told, and never tried again by itself', async () => {
    const world = new ReleaseWorld({ upgrade: { remediation: { retries: 1 } } });
    await world.visit();
    world.chart = { name: 'toy', version: '0.2.0', objects: ['a', 'c'] };
    world.applied.unhealthy.add('c');
    expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'RollbackSucceeded' });
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
    expect(await world.visit()).toMatchObject({ type: 'stalled', reason: 'RetriesExceeded', message: 'Failed to upgrade after 2 attempt(s)' });
    expect(world.revisions()).toEqual(['v1 superseded', 'v2 failed', 'v3 superseded', 'v4 failed', 'v5 deployed']);
    expect(world.condition('Ready')).toBe('False RollbackSucceeded: Helm rollback to previous release dev/app.v3 with chart toy@0.1.0 succeeded');
    expect(world.events.filter((event) => event.reason === 'UpgradeFailed')).toHaveLength(2);
    expect(await world.visit('interval')).toMatchObject({ type: 'stalled' });
    expect(world.revisions()).toHaveLength(5);

    world.chart = { name: 'toy', version: '0.1.0', objects: ['a', 'b'] };
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'UpgradeSucceeded' });
    expect(world.revisions()).toHaveLength(5);
    expect(world.condition('Remediated')).toBeUndefined();
  });

  test('with RetryOnFailure is upgraded again after its interval, never undone', async () => {
    const strategy = { name: 'RetryOnFailure', retryInterval: '2m' } as const;
    const world = new ReleaseWorld({ install: { strategy }, upgrade: { strategy } });
    world.applied.unhealthy.add('b');
    expect(await world.visit()).toMatchObject({ type: 'failed', reason: 'InstallFailed', againMs: 120_000 });
    world.applied.unhealthy.clear();
    expect(await world.visit('retry')).toMatchObject({ type: 'ready' });
    expect(world.revisions()).toEqual(['v1 failed', 'v2 deployed']);
  });
});

describe('a release of Flux’s own controller', () => {
  /** As if made by it: with history, without our labels. */
  function asFlux(world: ReleaseWorld): void {
    for (const secret of world.cluster.of('Secret')) {
      const labels = Object.fromEntries(Object.entries(secret.metadata.labels ?? {}).filter(([key]) => !key.startsWith('fairlead.dev/')));
      world.cluster.put({ ...secret, metadata: { ...secret.metadata, labels } });
    }
    world.start();
    world.cluster.writes.length = 0;
  }

  test('is taken over as it is, when it is as wanted', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    asFlux(world);
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'InstallSucceeded' });
    expect(world.cluster.writes).toEqual(['patch Secret/sh.helm.release.v1.app.v1']);
    await world.visit();
    expect(world.cluster.writes).toHaveLength(1);
  });

  test('is upgraded, when it is not', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    asFlux(world);
    world.change({ values: { tag: '2' } });
    expect(await world.visit()).toMatchObject({ type: 'ready', reason: 'UpgradeSucceeded' });
    expect(world.revisions()).toEqual(['v1 superseded', 'v2 deployed']);
  });
});

describe('a rolled back release', () => {
  test('heals while nothing better comes', async () => {
    const world = new ReleaseWorld({ driftDetection: { mode: 'enabled' }, upgrade: { remediation: { remediateLastFailure: true } } });
    await world.visit();
    world.chart = { name: 'toy', version: '0.2.0', objects: ['a', 'c'] };
    world.applied.unhealthy.add('c');
    expect(await world.visit()).toMatchObject({ type: 'stalled' });
    const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'b' };
    world.cluster.remove(id);
    world.applied.drifting.get('app')?.([{ id, what: 'deleted' }]);
    expect(await world.visit('drift')).toMatchObject({ type: 'stalled' });
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
  });
});

describe('without its source', () => {
  test('a deployed release stays ready and heals', async () => {
    const world = new ReleaseWorld({ driftDetection: { mode: 'enabled' } });
    await world.visit();
    world.chart = undefined;
    const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'a' };
    world.cluster.remove(id);
    world.applied.drifting.get('app')?.([{ id, what: 'deleted' }]);
    expect(world.asked).toContain('drift');
    expect(await world.visit('drift')).toEqual({ type: 'unchanged', againMs: 600_000 });
    expect(world.live()).toEqual({ a: VALUES, b: VALUES });
    expect(world.events.map((event) => event.reason)).toEqual(['DriftDetected', 'DriftCorrected']);
  });

  test('a release that is not deployed waits for it', async () => {
    const world = new ReleaseWorld();
    world.chart = undefined;
    expect(await world.visit()).toMatchObject({ type: 'waiting', on: [{ kind: 'GitRepository', namespace: 'dev', name: 'repo' }] });
  });
});

describe('after a start', () => {
  test('what is deployed is applied once more, without a new revision or a status write', async () => {
    const world = new ReleaseWorld({ driftDetection: { mode: 'enabled' } });
    await world.visit();
    world.start();
    world.cluster.writes.length = 0;
    await world.visit();
    await world.visit();
    expect(world.cluster.writes).toEqual(['apply ConfigMap/a', 'apply ConfigMap/b']);
  });

  test('nothing at all is done where drift is none of ours', async () => {
    const world = new ReleaseWorld();
    await world.visit();
    world.start();
    world.cluster.writes.length = 0;
    await world.visit();
    expect(world.cluster.writes).toEqual([]);
  });
});
