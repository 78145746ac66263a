import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/observe';
import { type AuditLine, adminCalled, auditLines, userCalled } from '../support/audit-log';
import { usePodinfo } from '../support/podinfo';
import { PodinfoImages } from '../support/podinfo-images';

const podinfo = usePodinfo({ audit: true });
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const WATCHED_MS = 15_000;
const SCAN_INTERVAL_S = 4;
/** On a busy machine one thing leads to the next within this. */
const QUIET_MS = 5000;

test('an agent whose cluster is as it should be sends nothing but its lease renewals, and that it looked for images', async () => {
  const { bed, client, repository } = podinfo();
  const images = new PodinfoImages(podinfo());
  const newest = { dev: await images.ciMock('-b', 'dev'), stg: await images.ciMock('-b', 'stg'), prod: await images.ciMock('-v', '0.4.11') };
  // More often than anybody would: scans fall into the span that is measured.
  await repository.edit('main.ts', (text) =>
    text
      .replace(/import \{\s*ChartSource/, "import { Duration } from 'cdk8s';\nimport { ChartSource")
      .replace('initial: props.initial }', `initial: props.initial, interval: Duration.seconds(${SCAN_INTERVAL_S}) }`),
  );
  await podinfo().publish('Look for images often');
  const agent = podinfo().startAgent('agent', await adminCalled(bed, 'agent'));
  for (const environment of ['dev', 'stg', 'prod'] as const) await images.released(environment, newest[environment]);
  await repository.pull();
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
  const scans = sent.filter(isScan);
  // Flux's status says when a repository was looked at last, so each look is one write; policies and automations write nothing.
  expect(scans.length).toBeGreaterThan(0);
  expect(scans.length).toBeLessThanOrEqual(WATCHED_MS / 1000 / SCAN_INTERVAL_S + 1);
  const others = sent.filter((line) => !renewals.includes(line) && !scans.includes(line) && line.verb !== 'watch');
  expect(others.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  const watches = sent.filter(({ verb }) => verb === 'watch').length;
  console.log(`${WATCHED_MS / 1000} s: ${renewals.length} lease renewals, ${scans.length} scans told, ${watches} watches begun anew`);
  await agent.stop();
}, 300_000);

/** The status of an image repository, of which the example has one. */
const isScan = ({ verb, requestURI }: AuditLine) => verb === 'patch' && /\/imagerepositories\/[^/]+\/status\b/.test(requestURI);

/** Waits until the agent has sent nothing but these for a while: what the last events caused is answered. */
async function settled(): Promise<void> {
  const isBusy = async () =>
    (await requests(new Date(Date.now() - QUIET_MS))).some((line) => line.verb !== 'watch' && !line.requestURI.includes('/leases/') && !isScan(line));
  while (await isBusy()) await sleep(200);
}

/** What the agent has sent since, by the API server's own log. */
async function requests(since: Date): Promise<AuditLine[]> {
  return (await auditLines(podinfo().bed)).filter(
    ({ user, requestReceivedTimestamp }) => user.username === userCalled('agent') && new Date(requestReceivedTimestamp) >= since,
  );
}
