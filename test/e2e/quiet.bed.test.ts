import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/observe';
import { type AuditLine, adminCalled, auditLines, userCalled } from '../support/audit-log';
import { usePodinfo } from '../support/podinfo';

const podinfo = usePodinfo({ audit: true });
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const WATCHED_MS = 15_000;

test('an agent whose cluster is as it should be sends nothing but its lease renewals', async () => {
  const { bed, client } = podinfo();
  const agent = podinfo().startAgent('agent', await adminCalled(bed, 'agent'));
  await podinfo().converged(await podinfo().publishUnchanged());
  await until(client, DEPLOYMENT, {}, 'all Pods to be there', (deployments) =>
    deployments.every(({ spec, status }) => (status as { readyReplicas?: number }).readyReplicas === (spec as { replicas: number }).replicas)
      ? true
      : undefined,
  );
  await settled();

  const from = new Date();
  await sleep(WATCHED_MS); // the span that is measured
  const sent = await requests(from);
  const renewals = sent.filter(({ requestURI }) => requestURI.includes('/apis/coordination.k8s.io/v1/namespaces/flux-system/leases/'));
  expect(renewals.length).toBeGreaterThan(0);
  expect(sent.filter((line) => !renewals.includes(line) && line.verb !== 'watch').map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  console.log(`${WATCHED_MS / 1000} s: ${renewals.length} lease renewals, ${sent.filter(({ verb }) => verb === 'watch').length} watches begun anew`);
  await agent.stop();
}, 120_000);

/** Waits until the agent has sent nothing but renewals for a second: what the last events caused is answered. */
async function settled(): Promise<void> {
  const isBusy = async () =>
    (await requests(new Date(Date.now() - 1000))).some(({ requestURI, verb }) => verb !== 'watch' && !requestURI.includes('/leases/'));
  while (await isBusy()) await sleep(200);
}

/** What the agent has sent since, by the API server's own log. */
async function requests(since: Date): Promise<AuditLine[]> {
  return (await auditLines(podinfo().bed)).filter(
    ({ user, requestReceivedTimestamp }) => user.username === userCalled('agent') && new Date(requestReceivedTimestamp) >= since,
  );
}
