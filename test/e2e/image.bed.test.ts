import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitFiles } from '../../bench/commit-files';
import { conditionOf, isReady } from '../../demo/observe';
import { makeImageRoot } from '../../scripts/image/image-root';
import { sizesOf } from '../../scripts/image/sizes';
import { agentObjects } from '../../src/install/agent-objects';
import type { AgentInstallation } from '../../src/install/types';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../../src/model/object';
import { withFreePorts } from '../../src/testbed/ports';
import { installKinds, AGENT_NAMESPACE as NAMESPACE, untilObject } from '../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { ImageContainer } from '../support/image-container';

const bed = useBed({ scheduler: false, kwok: false, registry: false, ssh: true });
const TIMEOUT_MS = 300_000;

const settings = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: default }\n`;
const FILES = { 'dist/gke/_sync/settings.yaml': settings('over-ssh'), 'dist/http/settings.yaml': settings('over-http') };

let folder: string;
let root: string;
let client: RawKubeClient;
let httpUrl: string;
let container: ImageContainer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-image-'));
  root = join(folder, 'root');
  makeImageRoot(root);
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await installKinds(bed(), Object.values(kinds));
  httpUrl = (await bed().git.createRepository('acme/platform')).url;
  await commitFiles(join(folder, 'work'), httpUrl, FILES);
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await container?.stop();
  client?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** As the Deployment would run it, but for the port, which is shared here with everybody. */
async function startContainer(installation: AgentInstallation): Promise<{ container: ImageContainer; address: string }> {
  const objects = agentObjects(installation);
  const accounts = objects.filter(({ kind }) => /ServiceAccount|Role/.test(kind));
  await bed().kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: accounts }) });
  const { spec } = objects.find(({ kind }) => kind === 'Deployment') as KubeObject & {
    spec: { template: { spec: { containers: { args: string[] }[] } } };
  };
  return withFreePorts(2, async (ports) => {
    const [metrics, sealedSecrets] = ports.map((port) => `127.0.0.1:${port}`);
    const args = spec.template.spec.containers[0]!.args.map((arg) => arg.replace('=:8080', `=${metrics}`).replace('=:8081', `=${sealedSecrets}`));
    const env = { FAIRLEAD_LEASE_TIMES: '12000,4000,250' };
    const { knownHosts } = bed().gitOverSsh;
    const started = await ImageContainer.start(bed(), { root, namespace: NAMESPACE, serviceAccount: 'fairlead-agent', args, knownHosts, env });
    return { container: started, address: metrics! };
  });
}

const at = (kind: { readonly group: string; readonly version: string; readonly kind: string }, name: string, namespace = NAMESPACE) => ({
  ...kind,
  namespace,
  name,
});
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

test(
  'the agent runs in the root file system of its image, read-only and as nobody in particular, and keeps a cluster equal to Git over ssh and http',
  async () => {
    const sync = { url: bed().gitOverSsh.url('acme/platform'), path: 'dist/gke', knownHosts: bed().gitOverSsh.knownHosts };
    const { container: started, address } = await startContainer({ sync });
    container = started;
    await untilObject(
      client,
      at(kinds.GitRepository, 'platform'),
      (it) => it !== undefined && conditionOf(it, 'Ready')?.status === 'False',
      'refused',
    );
    const secret = (await client.get<KubeObject & { data: Record<string, string> }>(at({ ...CONFIG_MAP, kind: 'Secret' }, 'platform')))!;
    bed().gitOverSsh.authorize(Buffer.from(secret.data['identity.pub']!, 'base64').toString());
    await untilObject(client, at(kinds.Kustomization, 'gke'), (it) => it !== undefined && isReady(it), 'Ready');
    expect(await client.get(at(CONFIG_MAP, 'over-ssh', 'default'))).toBeDefined();

    await client.create({
      apiVersion: apiVersionOf(kinds.GitRepository),
      kind: 'GitRepository',
      metadata: { name: 'http', namespace: NAMESPACE },
      spec: { interval: '1m', url: httpUrl, ref: { branch: 'main' } },
    });
    await client.create({
      apiVersion: apiVersionOf(kinds.Kustomization),
      kind: 'Kustomization',
      metadata: { name: 'http', namespace: NAMESPACE },
      spec: { interval: '10m', path: './dist/http', prune: true, sourceRef: { kind: 'GitRepository', name: 'http' } },
    });
    await untilObject(client, at(kinds.GitRepository, 'http'), (it) => it !== undefined && isReady(it), 'Ready');
    await untilObject(client, at(kinds.Kustomization, 'http'), (it) => it !== undefined && isReady(it), 'Ready');
    expect(await (await fetch(`http://${address}/readyz`)).text()).toBe('leading\n');

    const status = await readFile(`/proc/${container.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+65532\s+65532\s+65532\s+65532$/m);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    // Not even root could change what runs.
    const write = `require('node:fs').writeFileSync('/app/file', '')`;
    const inside = ['--target', String(container.pid), '--mount', '--root'];
    expect(() => execFileSync('nsenter', [...inside, '/usr/bin/node', '-e', write], { stdio: 'pipe' })).toThrow(/EROFS/);
  },
  TIMEOUT_MS,
);

test('every program of the image finds its libraries there', () => {
  const inside = ['--target', String(container!.pid), '--mount', '--root'];
  const runInside = (...command: string[]) =>
    execFileSync('nsenter', [...inside, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect(runInside('/usr/bin/node', '--version')).toBe(`${process.version}\n`);
  expect(runInside('/usr/bin/git', '--version')).toMatch(/^git version/);
  expect(runInside('/usr/bin/gpg', '--version')).toMatch(/^gpg \(GnuPG\)/);
  expect(runInside('/usr/bin/gpg-agent', '--version')).toMatch(/^gpg-agent \(GnuPG\)/);
  expect(runInside('/usr/bin/gpgconf', '--list-components')).toContain('gpg-agent');
  expect(runInside('/usr/bin/ssh-keygen', '-t', 'ed25519', '-N', '', '-q', '-f', '/tmp/key')).toBe('');
  expect(runInside('/usr/bin/sh', '-c', 'printf %s "$0"', 'works')).toBe('works');
});

test('its size is known', () => {
  const sizes = sizesOf(root);
  process.stderr.write(`the image's root file system: ${sizes.map(([part, bytes]) => `${part} ${(bytes / 1e6).toFixed(1)} MB`).join(', ')}\n`);
  expect(sizes.at(-1)![1]).toBeLessThan(220e6);
});
