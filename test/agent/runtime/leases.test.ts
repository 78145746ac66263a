import type { Lease } from '../../../src/agent/runtime/lease-rules';
import { Leases, type LeasesOptions } from '../../../src/agent/runtime/leases';
import { errors } from '../../../src/common/errors';
import { keyOf } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';
import { FakeTiming, settle } from './fake-timing';

const NAME = 'kustomize-controller-leader-election';
const id = (namespace = 'flux-system') => ({ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace, name: NAME });

let server: MemoryClient;
let timing: FakeTiming;
beforeEach(() => {
  server = new MemoryClient();
  timing = new FakeTiming();
});

function holder(identity: string, options: Partial<LeasesOptions> = {}) {
  const lost: Error[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const leases = new Leases({
    client: server,
    names: [NAME],
    namespace: 'flux-system',
    identity,
    log,
    timing,
    onLost: (error) => lost.push(error),
    ...options,
  });
  const stop = new AbortController();
  let held = false;
  const acquired = leases.acquire(stop.signal).then(
    () => {
      held = true;
    },
    () => {},
  );
  return { leases, lost, stop, acquired, held: () => held };
}

const spec = (namespace?: string) => (server.objects.get(keyOf(id(namespace))) as Lease | undefined)?.spec;

function heldBySomebody(namespace = 'flux-system', leaseDurationSeconds = 35): Promise<Lease> {
  return server.create<Lease>({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: NAME, namespace },
    spec: { holderIdentity: 'flux', leaseDurationSeconds, leaseTransitions: 4 },
  });
}

test('a free lease is taken and renewed, and nothing is lost', async () => {
  const a = holder('a');
  await timing.advance(0);
  expect(spec()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 35, leaseTransitions: 0 });
  const before = server.requests.length;
  await timing.advance(120_000);
  expect(server.requests.slice(before)).toEqual(Array(12).fill(`update Lease/flux-system/${NAME}`));
  expect([a.leases.leading, a.lost]).toEqual([true, []]);
  expect(() => a.leases.guard()).not.toThrow();
});

test('before the lease is held nothing may be written', async () => {
  await heldBySomebody();
  const a = holder('a');
  await timing.advance(1000);
  expect(() => a.leases.guard()).toThrow('FL5030');
  a.stop.abort();
});

test("somebody else's lease is taken once its holder was not seen renewing for its duration", async () => {
  await heldBySomebody();
  const a = holder('a');
  await timing.advance(20_000);
  server.edit(id(), { spec: { renewTime: 'now' } }); // alive
  await timing.advance(34_000);
  expect(spec()!.holderIdentity).toBe('flux');
  await timing.advance(15_000);
  expect(spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 5 });
  expect(a.held()).toBe(true);
});

test('a released lease is taken at the next look', async () => {
  const a = holder('a');
  await timing.advance(0);
  const b = holder('b');
  await timing.advance(6_000);
  expect(b.held()).toBe(false);
  await a.leases.release();
  await timing.advance(5_000);
  expect([b.held(), spec()!.holderIdentity]).toEqual([true, 'b']);
  expect(() => a.leases.guard()).toThrow('FL5030');
});

test('a lease is given away too where its last renewal was written but never answered', async () => {
  const a = holder('a');
  await timing.advance(0);
  server.edit(id(), { spec: { renewTime: 'now' } });
  await a.leases.release();
  expect(spec()!.holderIdentity).toBe('');
});

test('a lease that somebody else took meanwhile is not given away', async () => {
  const a = holder('a');
  await timing.advance(0);
  server.edit(id(), { spec: { holderIdentity: 'b' } });
  await a.leases.release();
  expect(spec()!.holderIdentity).toBe('b');
});

test('the deadline is before anybody else may take the lease, even if the server went away at once', async () => {
  const a = holder('a');
  await timing.advance(0);
  const b = holder('b');
  await timing.advance(0);
  server.before = (request) => {
    if (request.startsWith('update')) throw new Error('gone');
  };
  let deadline = 0;
  while (a.lost.length === 0) {
    await timing.advance(500);
    deadline = timing.now();
    expect(b.held()).toBe(false);
  }
  expect(deadline).toBeLessThanOrEqual(35_000);
  expect(errors.LeaseLost.is(a.lost[0])).toBe(true);
  server.before = () => {};
  await timing.advance(45_000 - deadline);
  expect(b.held()).toBe(true);
});

test('the deadline counts from when a renewal was sent, not from its answer', async () => {
  const a = holder('a', { durationMs: 7000, renewMs: 2000, retryMs: 1000 });
  await timing.advance(0);
  server.before = () => timing.sleep(3000); // a slow server
  await timing.advance(2000);
  server.before = () => {
    throw new Error('gone');
  };
  timing.sleep(2900); // 2000 + 3000 + 2900 < 2000 + 6000
  expect(a.leases.leading).toBe(true);
  timing.sleep(200);
  expect(a.leases.leading).toBe(false);
});

test('a process that was stopped past its deadline writes nothing when it goes on', async () => {
  const a = holder('a');
  await timing.advance(0);
  const before = server.requests.length;
  timing.sleep(36_000);
  expect(() => a.leases.guard()).toThrow('FL5030');
  await timing.advance(0); // the renewal that was due meanwhile
  expect(server.requests.length).toBe(before);
  expect(a.lost).toHaveLength(1);
});

test('a lease that somebody took away is lost at the next renewal', async () => {
  const a = holder('a');
  await timing.advance(0);
  server.edit(id(), { spec: { holderIdentity: 'by hand' } });
  await timing.advance(10_000);
  expect(a.lost.map((error) => errors.LeaseLost.is(error))).toEqual([true]);
  expect(() => a.leases.guard()).toThrow('FL5030');
  expect(spec()!.holderIdentity).toBe('by hand');
});

test('an edit that leaves us the holder does no harm', async () => {
  const a = holder('a');
  await timing.advance(0);
  server.edit(id(), { metadata: { labels: { team: 'x' } } });
  await timing.advance(60_000);
  expect([a.leases.leading, a.lost]).toEqual([true, []]);
});

test('the lease of a Flux in another namespace counts too', async () => {
  await heldBySomebody('gitops');
  const a = holder('a');
  await timing.advance(30_000);
  expect([a.held(), spec()!.holderIdentity]).toEqual([false, 'a']);
  await timing.advance(15_000);
  expect([a.held(), spec('gitops')!.holderIdentity]).toEqual([true, 'a']);
});

test('agents of different namespaces that begin together do not both lead', async () => {
  const a = holder('a', { namespace: 'one' });
  const b = holder('b', { namespace: 'two' });
  await timing.advance(60_000);
  expect([a.held(), b.held()].filter(Boolean)).toHaveLength(1);
  expect([a.leases.leading, b.leases.leading].filter(Boolean)).toHaveLength(1);
  a.stop.abort();
  b.stop.abort();
});

test('a server that is away at the start is waited for', async () => {
  server.before = () => {
    throw errors.ApiUnreachable({ server: 'x', cause: 'ECONNREFUSED' });
  };
  const a = holder('a');
  await timing.advance(12_000);
  expect([a.held(), a.lost]).toEqual([false, []]);
  server.before = () => {};
  await timing.advance(5_000);
  expect(a.held()).toBe(true);
  await settle();
});

test('a renewal that is on its way when the lease is given away takes it for nobody', async () => {
  const a = holder('a');
  await timing.advance(0);
  const replace = server.replace.bind(server);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const slow = jest.spyOn(server, 'replace').mockImplementationOnce(async (...args: Parameters<typeof replace>) => {
    const written = await replace(...args);
    await arrived;
    return written as never;
  });
  await timing.advance(10_000);
  expect(slow).toHaveBeenCalledTimes(1);
  const released = a.leases.release();
  arrive();
  await released;
  expect(spec()!.holderIdentity).toBe('');
  await timing.advance(120_000);
  expect([spec()!.holderIdentity, a.leases.leading, a.lost]).toEqual(['', false, []]);
});
