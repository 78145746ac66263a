import { until } from '../../demo/observe';
import { adminCalled, auditLines, userCalled } from '../support/audit-log';
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

  const writes = (await auditLines(podinfo().bed)).filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb));
  const by = (name: string) => writes.filter(({ user }) => user.username === userCalled(name));
  expect(by('first').length).toBeGreaterThan(0);
  expect(by('first').filter((line) => new Date(line.requestReceivedTimestamp) > resumed)).toEqual([]);
  expect(by('second').some(({ requestURI }) => requestURI.includes('/deployments/podinfo-dev'))).toBe(true);
  await second.stop();
}, 120_000);

async function holderOf(): Promise<string> {
  const [lease] = await podinfo().client.list(LEASE, { namespace: 'flux-system' });
  return (lease.spec as { holderIdentity: string }).holderIdentity;
}
