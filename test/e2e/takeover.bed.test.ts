import { until } from '../../demo/observe';
import { type AuditLine, adminCalled, auditLinesWith, userCalled } from '../support/audit-log';
import { usePodinfo } from '../support/podinfo';

const podinfo = usePodinfo({ audit: true });
const LEASE = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

test('an agent stopped past its lease writes nothing when it goes on: another one has taken over', async () => {
  const first = podinfo().startAgent('first', await adminCalled(podinfo().bed, 'first'));
  await podinfo().converged(await podinfo().publishUnchanged());
  const holder = await holderOf();

  first.signal('SIGSTOP');
  const second = podinfo().startAgent('second', await adminCalled(podinfo().bed, 'second'));
  const successor = await until(podinfo().client, LEASE, { namespace: 'flux-system' }, 'a new holder', (leases) => {
    const holders = new Set(leases.map(({ spec }) => (spec as { holderIdentity: string }).holderIdentity));
    return holders.size === 1 && !holders.has(holder) && !holders.has('') ? [...holders][0] : undefined;
  });

  // Work of the kind the first one would do at once: something it watches is gone, and something it reconciles has changed.
  await podinfo().client.delete({ ...DEPLOYMENT, namespace: 'dev', name: 'podinfo-dev' });
  const resumed = new Date();
  first.signal('SIGCONT');
  expect(await first.exited).toBe(1);
  expect(await holderOf()).toBe(successor);
  await until(podinfo().client, DEPLOYMENT, { namespace: 'dev' }, 'the Deployment again', (objects) =>
    objects.find(({ metadata }) => metadata.name === 'podinfo-dev'),
  );

  const isPut = ({ user, verb, requestURI }: AuditLine) =>
    user.username === userCalled('second') && verb === 'patch' && requestURI.includes('/deployments/podinfo-dev');
  const lines = await auditLinesWith(podinfo().bed, isPut);
  const writes = lines.filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb));
  const byFirst = writes.filter(({ user }) => user.username === userCalled('first'));
  expect(byFirst.length).toBeGreaterThan(0);
  expect(byFirst.filter((line) => new Date(line.requestReceivedTimestamp) > resumed)).toEqual([]);
  expect(writes.filter(({ requestURI }) => requestURI.includes('/deployments/podinfo-dev'))).toContainEqual(
    expect.objectContaining({ user: expect.objectContaining({ username: userCalled('second') }) }),
  );
  await second.stop();
}, 120_000);

async function holderOf(): Promise<string> {
  const [lease] = await podinfo().client.list(LEASE, { namespace: 'flux-system' });
  return (lease.spec as { holderIdentity: string }).holderIdentity;
}
