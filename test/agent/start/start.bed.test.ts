import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
let client: RawKubeClient;
const agents: AgentProcess[] = [];
const bed = useBed({ scheduler: false, kwok: false, registry: false, ssh: true });

const FILES = {
  'dist/gke/_sync/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { from: git }\n',
  'dist/plain/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain, namespace: default }\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-start-'));
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await layFoundations(client);
  const { url } = await bed().git.createRepository('acme/platform');
  await commitFiles(join(folder, 'work'), url, FILES);
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
    env: { FAIRLEAD_LEASE_TIMES: '3000,1000,250' },
  });
  agents.push(agent);
  return agent;
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
}, 120_000);
