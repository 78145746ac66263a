import { ReleaseWorld } from './release-world';

/** A release that is not ready, and an agent that starts without anything on disk. */
async function unreadyAfterStart() {
  const world = new ReleaseWorld({ upgrade: { remediation: { retries: 0 } } });
  await world.visit();
  world.chart = { name: 'toy', version: '0.2.0', objects: ['a', 'c'] };
  world.applied.unhealthy.add('c');
  await world.visit();
  world.start();
  world.unfetched = true;
  return world;
}

test('a source that was not fetched yet after a start changes no word of the status, ready or not', async () => {
  const world = await unreadyAfterStart();
  const before = { ready: world.condition('Ready'), writes: world.statusWrites };
  expect(before.ready).toMatch(/^False /);
  expect(await world.visit()).toEqual({ type: 'unchanged', againMs: 600_000 });
  expect({ ready: world.condition('Ready'), writes: world.statusWrites }).toEqual(before);
});

test('a release of which nothing was said yet waits for it', async () => {
  const world = new ReleaseWorld();
  world.unfetched = true;
  expect(await world.visit()).toMatchObject({ type: 'waiting', reason: 'SourceNotReady' });
});
