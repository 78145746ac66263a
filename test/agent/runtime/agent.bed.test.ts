import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layFoundations } from '../../../demo/bootstrap';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { useBed } from '../../support/bed';
import { AgentProcess } from './agent-process';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
const LEASE = 'kustomize-controller-leader-election';
/** Longer than a busy machine stands still, shorter than anybody likes to wait for the one that is lost. */
const LEASE_TIMES = '12000,2000,1000';

let folder: string;
const agents: AgentProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
});
afterEach(async () => {
  for (const agent of agents) agent.signal('SIGKILL');
  await Promise.all(agents.splice(0).map((agent) => agent.exit));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(name: string, args: readonly string[] = []): AgentProcess {
  const agent = new AgentProcess(bed().kubeconfig, ['--data-dir', join(folder, name), '--lease-times', LEASE_TIMES, ...args]);
  agents.push(agent);
  return agent;
}

const holder = () => bed().kubectl(['get', 'lease', LEASE, '--namespace=flux-system', '--output=jsonpath={.spec.holderIdentity}']);

test('on an empty cluster an agent says what is missing and takes no lease; once it is there it leads, answers about itself, and stops clean', async () => {
  const agent = start('one', ['--metrics-addr', '127.0.0.1:0']);
  const { address } = await agent.said('serving metrics and health');
  await agent.said('not ready, standing by');
  const readyz = await fetch(`http://${address}/readyz`);
  expect(readyz.status).toBe(503);
  expect(await readyz.text()).toMatch(/^not ready\n(kinds: \w+ of \S+ is not served: apply its CustomResourceDefinition, .*\n){10}$/);
  expect(await holder().catch(() => 'none')).toBe('none');

  const client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await layFoundations(client).finally(() => client.close());
  await agent.said('reconciling');
  const ask = async (path: string) => await (await fetch(`http://${address}${path}`)).text();
  expect([await ask('/healthz'), await ask('/readyz')]).toEqual(['ok\n', 'leading\n']);
  expect(await ask('/metrics')).toMatch(/^fairlead_api_requests_total\{verb="create",resource="leases\.coordination\.k8s\.io",status="201"\} \d+$/m);
  agent.signal('SIGTERM');
  expect(await agent.exit).toBe(0);
  expect(await holder()).toBe('');
});

test('an agent that was killed is followed at once by the next on its folder', async () => {
  const first = start('same');
  const { identity } = await first.said('leases held');
  first.signal('SIGKILL');
  await first.exit;
  const second = start('same');
  expect((await second.said('leases held')).identity).toBe(identity);
  expect(second.lines.map((line) => line.msg)).not.toContain('waiting for a lease that somebody else holds');
  second.signal('SIGTERM'); // gives the leases back
  await second.exit;
});

test('a leader that was stopped past its lease ends without a word to the server; another leads', async () => {
  const first = start('first');
  await first.said('leases held');
  const second = start('second');
  await second.said('waiting for a lease that somebody else holds');
  first.signal('SIGSTOP');
  const { identity } = await second.said('leases held');
  first.signal('SIGCONT');
  expect(await first.exit).toBe(1);
  expect(await first.exit.then(() => first.lines.at(-1)!.error)).toMatchObject({ code: 'FL5030' });
  expect(await holder()).toBe(identity);
});

test('leases that cannot be had are waited for, and the agent can be stopped meanwhile', async () => {
  const agent = start('refused', ['--namespace', 'Not-A-Name']);
  await agent.said('leases cannot be acquired yet, trying again');
  agent.signal('SIGTERM');
  expect(await agent.exit).toBe(0);
});
