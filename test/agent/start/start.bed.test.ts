import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commitFiles } from '../../../bench/commit-files';
import { AgentProcess } from '../../../demo/agent-process';
import { layFoundations } from '../../../demo/bootstrap';
import { conditionOf, isReady } from '../../../demo/observe';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { BINDING } from '../../../src/model/cluster-binding';
import { type Kind, kinds } from '../../../src/model/kinds';
import type { KubeObject } from '../../../src/model/object';
import { AGENT_NAMESPACE as NAMESPACE, untilObject } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';

type Secret = KubeObject & { readonly data: Record<string, string> };

let folder: string;
let httpUrl: string;
let client: RawKubeClient;
const agents: AgentProcess[] = [];
const bed = useBed({ scheduler: false, kwok: false, registry: false, ssh: true });

const FILES = {
  'dist/gke/_sync/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { from: git }\n',
  'dist/other/_sync/root.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: other, namespace: flux-system, annotations: { fairlead.dev/cluster-uid: another } }
spec: { interval: 10m, path: ./dist/other/_sync, prune: true, sourceRef: { kind: GitRepository, name: platform } }
`,
  'dist/other/_sync/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other, namespace: default }\n',
  'dist/plain/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain, namespace: default }\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-start-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await layFoundations(client);
  httpUrl = (await bed().git.createRepository('acme/platform')).url;
  await commitFiles(join(folder, 'work'), httpUrl, FILES);
  await writeFile(join(folder, 'known_hosts'), bed().gitOverSsh.knownHosts);
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  client?.close();
  await rm(folder, { recursive: true, force: true });
});

function startAgent(...args: string[]): AgentProcess {
  const dataFolder = join(folder, `agent-${agents.length}`);
  const agent = AgentProcess.start(bed().kubeconfig, {
    log: `${dataFolder}.log`,
    dataFolder,
    arguments: args,
    env: { FAIRLEAD_LEASE_TIMES: '30000,5000,2000' },
  });
  agents.push(agent);
  return agent;
}

/** The line of the last agent's log that holds this, as soon as there is one. */
async function said(words: string): Promise<string> {
  for (;;) {
    const log = await readFile(join(folder, `agent-${agents.length - 1}.log`), 'utf8');
    const line = log
      .slice(0, log.lastIndexOf('\n'))
      .split('\n')
      .find((one) => one.includes(words));
    if (line !== undefined) return line;
    await sleep(100);
  }
}

const at = (kind: Pick<Kind, 'group' | 'version' | 'kind'>, name: string, namespace = NAMESPACE) => ({ ...kind, namespace, name });
const core = (kind: string) => ({ group: '', version: 'v1', kind });

test('an address and a folder are all it takes: a key is made and said, and once Git lets it in the cluster follows the folder', async () => {
  const agent = startAgent(
    ...['--git-url', bed().gitOverSsh.url('acme/platform'), '--git-path', 'dist/gke', '--git-known-hosts', join(folder, 'known_hosts')],
  );
  const refused = await untilObject(
    client,
    at(kinds.GitRepository, 'platform'),
    (it) => it !== undefined && conditionOf(it, 'Ready')?.status === 'False',
    'refused',
  );
  const secret = (await client.get<Secret>(at(core('Secret'), 'platform')))!;
  const values = Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  const publicKey = values['identity.pub']!.trim();
  const { message } = conditionOf(refused!, 'Ready')!;
  expect(message).toContain(publicKey.split(' ').slice(0, 2).join(' '));
  expect(message).toMatch(/^FL5101: ssh:\/\/git@127\.0\.0\.1.* read and write access at the deploy keys of acme\/platform/);

  bed().gitOverSsh.authorize(publicKey);
  const root = await untilObject(client, at(kinds.Kustomization, 'gke'), (it) => it !== undefined && isReady(it), 'Ready');
  expect(root!.spec).toMatchObject({ path: './dist/gke/_sync', prune: true });
  expect(await client.get(at(core('ConfigMap'), 'settings', 'default'))).toMatchObject({ data: { from: 'git' } });
  expect(await client.get(at(core('ConfigMap'), BINDING))).toMatchObject({ data: { cluster: 'gke', branch: 'main', path: 'dist/gke/_sync' } });
  await agent.stop();
});

test('an agent that is told another folder than the cluster follows never acts', async () => {
  const agent = startAgent(...['--git-url', bed().gitOverSsh.url('acme/platform'), '--git-path', 'dist/plain']);
  expect(await said('FL5103')).toMatch(/binds this cluster to folder dist\/gke\/_sync, not to folder dist\/plain/);
  expect(await client.get(at(kinds.Kustomization, 'plain'))).toBeUndefined();
  await untilObject(client, at(core('ConfigMap'), 'settings', 'default'), (it) => it !== undefined);
  await agent.stop();
});

test('a folder that says it is for another cluster is not applied, even by a root made without saying so', async () => {
  await client.delete(at(core('ConfigMap'), BINDING));
  const agent = startAgent(...['--git-url', httpUrl, '--git-path', 'dist/other', '--git-repository-name', 'by-http', '--prune', 'off']);
  const root = await untilObject(client, at(kinds.Kustomization, 'other'), (it) => it !== undefined && conditionOf(it, 'Stalled') !== undefined);
  expect(conditionOf(root!, 'Ready')).toMatchObject({ status: 'False', reason: 'BoundElsewhere', message: expect.stringContaining('FL5107') });
  expect(root!.spec).toMatchObject({ prune: false, sourceRef: { name: 'by-http' } });
  expect(await client.get(at(core('ConfigMap'), 'other', 'default'))).toBeUndefined();
  await agent.stop();
});

test('a Secret that is given is used as it is, without known_hosts where the agent knows the host', async () => {
  await client.delete(at(core('ConfigMap'), BINDING));
  const { identity } = bed().gitOverSsh;
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: NAMESPACE, name: 'flux-git-deploy' }, stringData: { identity } };
  await client.create(secret);
  const agent = startAgent(
    ...['--git-url', bed().gitOverSsh.url('acme/platform'), '--git-path', './dist/plain/', '--git-known-hosts', join(folder, 'known_hosts')],
    ...['--git-secret', 'flux-git-deploy', '--git-repository-name', 'given'],
  );
  await untilObject(client, at(kinds.Kustomization, 'plain'), (it) => it !== undefined && isReady(it), 'Ready');
  expect(Object.keys((await client.get<Secret>(at(core('Secret'), 'flux-git-deploy')))!.data)).toEqual(['identity']);
  await agent.stop();
});
