import { readFile } from 'node:fs/promises';
import { until } from '../../demo/observe';
import { usePodinfo } from '../support/podinfo';

const podinfo = usePodinfo({ audit: true });
const LEASE = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
  readonly requestURI: string;
}

test('an agent stopped past its lease writes nothing when it goes on: another one has taken over', async () => {
  const first = podinfo().startAgent('first', await identity('first'));
  await podinfo().converged(await podinfo().publishUnchanged());
  const holder = await holderOf();

  first.signal('SIGSTOP');
  const second = podinfo().startAgent('second', await identity('second'));
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

  const lines = (await readFile(podinfo().bed.auditLog, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditLine);
  const writes = lines.filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb));
  const by = (name: string) => writes.filter(({ user }) => user.username === `system:serviceaccount:default:${name}`);
  expect(by('first').length).toBeGreaterThan(0);
  expect(by('first').filter((line) => new Date(line.requestReceivedTimestamp) > resumed)).toEqual([]);
  expect(by('second').some(({ requestURI }) => requestURI.includes('/deployments/podinfo-dev'))).toBe(true);
  await second.stop();
}, 120_000);

/** A service account that may do everything, to tell the two apart by. */
async function identity(name: string): Promise<string> {
  const { bed } = podinfo();
  await bed.kubectl(['create', 'serviceaccount', name]);
  await bed.kubectl(['create', 'clusterrolebinding', name, '--clusterrole=cluster-admin', `--serviceaccount=default:${name}`]);
  return bed.serviceAccountKubeconfig('default', name);
}

async function holderOf(): Promise<string> {
  const [lease] = await podinfo().client.list(LEASE, { namespace: 'flux-system' });
  return (lease.spec as { holderIdentity: string }).holderIdentity;
}
