import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessNode } from '../../src/testbed/process-node/process-node';
import { compiledCli } from '../cli/compiled-cli';
import { AGENT_IMAGES, agentImage } from '../support/agent-image';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { BootstrapRepository } from '../support/bootstrap-repository';
import { sealExample } from '../support/example-seal';
import { FakeGitHub } from '../support/fake-github';

const TIMEOUT_MS = 600_000;
// Ends before the bed does: hooks run in the order in which they stand.
afterAll(async () => {
  await github.stop();
  await node?.stop();
  environments?.remove();
});
const bed = useBed({ ssh: true, processImages: AGENT_IMAGES });
let node: ProcessNode;
let environments: BootstrapRepository;
const github = new FakeGitHub();

beforeAll(async () => {
  await github.start();
  const image = agentImage();
  node = ProcessNode.start(
    bed(),
    { ...image, command: [process.execPath, compiledCli()], env: { ...image.env, FAIRLEAD_LEASE_TIMES: '12000,4000,2000' } },
    { firstBackOffMs: 500 },
  );
  environments = await BootstrapRepository.create(bed(), 'acme/podinfo-environments');
}, BUILD_TIMEOUT_MS);

/** The deploy key that a bootstrap asks people to add. */
async function printedKey(bootstrap: ReturnType<BootstrapRepository['start']>): Promise<string> {
  const over = bootstrap.result.then(({ stderr }) => Promise.reject(new Error(`${stderr}\n${node.logs()}`)));
  for (;;) {
    const [, key] = /^ {4}(ssh-ed25519 \S+)/m.exec(bootstrap.output()) ?? [];
    if (key !== undefined) {
      over.catch(() => undefined);
      return key;
    }
    await Promise.race([sleep(200), over]);
  }
}

test(
  'an empty cluster follows its folder: one command, and the key it prints added by hand',
  async () => {
    const key = await sealExample(environments.repository, 'gke', { 'gke/dev/basic-auth': { user: 'podinfo', password: 'made up for tests' } });
    const backup = environments.scratchFile('keys.json', JSON.stringify(key));
    await environments.git('add', '--all');
    await environments.git('commit', '--quiet', '--message', 'Environments');

    const bootstrap = environments.start(['bootstrap', 'gke', '--restore-keys', backup, '--timeout', '150s']);
    const publicKey = await printedKey(bootstrap);
    bed().gitOverSsh.authorize(publicKey);
    const { status, stdout, stderr } = await bootstrap.result;
    if (status !== 0) throw new Error(`${stderr}\n${node.logs()}`);
    expect(stdout).toMatch(/^cluster gke follows dist\/gke\/_sync and is Ready at [0-9a-f]{7}\n$/);
  },
  TIMEOUT_MS,
);

/** Runs a command that must succeed; what it printed. */
async function fairlead(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await environments.fairlead(args);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}\n${node.logs()}`);
  return stdout;
}

const kubectl = (...args: string[]) => bed().kubectl(args);

test(
  'it is safe to repeat: nothing is committed, nothing changes, and the check finds nothing in the way',
  async () => {
    const [head, pods] = [await environments.git('rev-parse', 'HEAD'), await kubectl('get', 'pods', '-n', 'flux-system', '-o', 'name')];
    const result = JSON.parse(await fairlead('bootstrap', 'gke', '-o', 'json'));
    expect(result).toMatchObject({ cluster: 'gke', ready: true, commit: head.trim(), publicKey: expect.stringMatching(/^ssh-ed25519 /) });
    expect([await environments.git('rev-parse', 'HEAD'), await kubectl('get', 'pods', '-n', 'flux-system', '-o', 'name')]).toEqual([head, pods]);
    const checks = JSON.parse(await fairlead('bootstrap', 'gke', '--check', '-o', 'json')) as { check: string; ok: boolean }[];
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(JSON.parse(await fairlead('identity', '-o', 'json'))).toMatchObject([{ publicKey: result.publicKey, repository: 'podinfo-environments' }]);
  },
  TIMEOUT_MS,
);

test(
  'a folder of another cluster, and a cluster of another folder, are refused',
  async () => {
    const file = '.fairlead/clusters/gke.json';
    const before = environments.read(file);
    environments.write(file, before.replace(/[0-9a-f]{8}-/, '00000000-'));
    expect(await environments.fairlead(['bootstrap', 'gke'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7505') });
    environments.write(file, before);
    const elsewhere = await environments.fairlead(['install', '--git-url', 'ssh://git@example.com/other', '--git-path', 'dist/gke']);
    expect(elsewhere).toMatchObject({ status: 1, stderr: expect.stringMatching(/FL5103.*podinfo-environments/) });
    expect(await environments.git('status', '--porcelain')).toBe('');
  },
  TIMEOUT_MS,
);

test(
  'a hand edit of something suspended stays until it is resumed',
  async () => {
    await fairlead('suspend', 'deploy/podinfo-dev', '--for', '1h', '--reason', 'trying five');
    expect(JSON.parse(await fairlead('suspend', '--list', '-o', 'json'))).toMatchObject([
      { of: { kind: 'Deployment', namespace: 'dev', name: 'podinfo-dev' }, by: 'admin', reason: 'trying five' },
    ]);
    await kubectl('scale', 'deployment/podinfo-dev', '-n', 'dev', '--replicas=5');
    await environments.bump(); // makes the agent look at everything
    await fairlead('bootstrap', 'gke');
    const replicas = () => kubectl('get', 'deployment/podinfo-dev', '-n', 'dev', '-o', 'jsonpath={.spec.replicas}');
    expect(await replicas()).toBe('5');
    expect(await fairlead('resume', 'deploy/podinfo-dev')).toBe('Deployment/dev/podinfo-dev follows Git again\n');
    expect(await fairlead('suspend', '--list')).toBe('nothing is suspended\n');
    while ((await replicas()) !== '1') await sleep(200);
  },
  TIMEOUT_MS,
);

test(
  'uninstalled, the agent is gone with its rights, and everything it made stays; bootstrapped again, with a token for its deploy key, it goes on',
  async () => {
    const workloads = await kubectl('get', 'deployments,services,secrets', '-n', 'dev', '-o', 'name');
    expect(await environments.fairlead(['uninstall'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7532') });
    await fairlead('uninstall', '--yes', '--crds', '--timeout', '200s');
    const own = ['deployments,serviceaccounts,roles,rolebindings,services,networkpolicies', 'clusterroles,clusterrolebindings'];
    for (const kinds of own) expect(await kubectl('get', kinds, '-A', '-l', 'app.kubernetes.io/name=fairlead-agent', '-o', 'name')).toBe('');
    expect(await kubectl('get', 'deployments,services,secrets', '-n', 'dev', '-o', 'name')).toBe(workloads);
    expect(await bed().helm(['list', '-A', '-q'])).toContain('podinfo-dev');
    expect(node.pods).toEqual([]);

    const token = { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url };
    const again = environments.start(['bootstrap', 'gke', '--create', '--timeout', '200s'], token);
    const keys = () => github.repositories.get('acme/podinfo-environments') ?? [];
    const over = again.result.then(({ stderr }) => Promise.reject(new Error(`${stderr}\n${node.logs()}`)));
    while (keys().length === 0) await Promise.race([sleep(200), over]);
    over.catch(() => undefined);
    expect(keys()).toMatchObject([{ title: expect.stringMatching(/^fairlead gke \([0-9a-f]{8}\)$/), read_only: false }]);
    bed().gitOverSsh.authorize(keys()[0]!.key);
    expect(await again.result).toMatchObject({ status: 0 });
    expect(await kubectl('get', 'deployments,services', '-n', 'dev', '-o', 'name')).toBe(
      workloads
        .split('\n')
        .filter((line) => !line.startsWith('secret'))
        .join('\n'),
    );
  },
  TIMEOUT_MS,
);

test(
  'uninstalled with its workloads, nothing of it is left but what others may need',
  async () => {
    await fairlead('uninstall', '--yes', '--delete-workloads', '--crds', '--timeout', '200s');
    const namespaces = (await kubectl('get', 'namespaces', '-o', 'name')).trim().split('\n');
    expect(namespaces.map((name) => name.replace('namespace/', '')).filter((name) => !name.startsWith('kube-'))).toEqual(['default', 'flux-system']);
    expect(await bed().helm(['list', '-A', '-q'])).toBe('');
    expect(await kubectl('get', 'crd', '-o', 'name')).toBe('');
    expect(await kubectl('get', 'secrets,configmaps', '-n', 'flux-system', '-o', 'name')).toBe('configmap/kube-root-ca.crt\n');
    expect(await kubectl('get', 'secrets', '-n', 'kube-system', '-o', 'name')).toBe('secret/sealed-secrets-key-example\n');
  },
  TIMEOUT_MS,
);
