import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProcessNode } from '../../../src/testbed/process-node/process-node';
import { AGENT_IMAGES } from '../../support/agent-image';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { AGENT_IMAGE, BootstrapRepository } from '../../support/bootstrap-repository';
import { FakeGitHub } from '../../support/fake-github';

const TIMEOUT_MS = 400_000;
// Ends before the bed does: hooks run in the order in which they stand.
afterAll(async () => {
  await node?.stop();
  await github.stop();
  environments?.remove();
});
const bed = useBed({ ssh: true, processImages: AGENT_IMAGES });
const github = new FakeGitHub();
let node: ProcessNode;
let environments: BootstrapRepository;
let repository: string;

beforeAll(async () => {
  node = ProcessNode.start(bed(), [], { firstBackOffMs: 200 });
  environments = await BootstrapRepository.create(bed(), 'acme/environments');
  repository = join(bed().folder, 'git', 'acme', 'environments.git');
  await github.start();
  await environments.repository.edit('main.ts', (text) => text.replace(', basicAuth: true', ''));
  const { status, stderr } = await environments.fairlead(['synth']);
  if (status !== 0) throw new Error(stderr);
  await environments.git('add', '--all');
  await environments.git('commit', '--quiet', '--message', 'Environments');
}, BUILD_TIMEOUT_MS);

/** What is refused, and that it is: exit code 1, one error. */
async function refused(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { status, stderr } = await environments.fairlead(args, env);
  expect({ status, stderr }).toMatchObject({ status: 1 });
  return stderr;
}

const bootstrap = (env: NodeJS.ProcessEnv = {}, ...more: string[]) => refused(['bootstrap', 'gke', '--timeout', '2m', ...more], env);

async function edited(change: (config: string) => string): Promise<string> {
  const text = await bed().kubectl(['config', 'view', '--raw']);
  return environments.scratchFile('kubeconfig', change(text));
}

test(
  'a cluster that is not there, or lets nobody in, is told before anything is done',
  async () => {
    expect(await bootstrap({ KUBECONFIG: '', HOME: '/nonexistent' })).toMatch(/^error FL8329: no kubeconfig/m);
    expect(await bootstrap({}, '--context', 'other')).toMatch(/^error FL\d+: .*no context other/m);
    expect(await bootstrap({ KUBECONFIG: await edited((text) => text.replace(/server: .*/, 'server: https://127.0.0.1:1')) })).toMatch(
      /^error FL5001: cannot reach/m,
    );
    const expired = await edited((text) => text.replace(/ {4}client-certificate-data: .*\n {4}client-key-data: .*\n/, '    token: expired\n'));
    expect(await bootstrap({ KUBECONFIG: expired })).toMatch(/^error FL5004: /m);
    await bed().kubectl(['create', 'clusterrolebinding', 'viewer', '--clusterrole=view', '--serviceaccount=default:default']);
    const viewer = await bed().serviceAccountKubeconfig('default', 'default');
    expect(await bootstrap({ KUBECONFIG: viewer })).toMatch(/^error FL(7507|5005): .*system:serviceaccount:default:default/m);
    expect(await environments.git('status', '--porcelain')).toBe('');
  },
  TIMEOUT_MS,
);

test(
  'what is not committed, another branch, a cluster nobody knows and Git that is not there are told, each with the next step',
  async () => {
    environments.write('notes.txt', 'not committed');
    expect(await bootstrap()).toMatch(/error FL7503: .*notes\.txt\n {2}commit them/);
    await environments.git('clean', '--force', '--quiet');
    await environments.git('switch', '--quiet', '--create', 'feature');
    expect(await bootstrap()).toMatch(/error FL7504: cluster gke follows branch main, and feature is checked out/);
    await environments.git('switch', '--quiet', 'main');
    await environments.repository.edit('main.ts', (text) => text.replace('replicaCount: 3', 'replicaCount: 5'));
    await environments.git('commit', '--quiet', '--all', '--message', 'Not synthesized');
    expect(await refused(['bootstrap', 'aks'])).toMatch(/error FL7501: dist has nothing of a cluster aks\n {2}it has gke/);
    expect(await environments.git('status', '--porcelain')).toBe('');
    await environments.git('reset', '--quiet', '--hard', 'HEAD~');
    const [url] = (await environments.git('remote', 'get-url', 'origin')).split('\n');
    await environments.git('remote', 'set-url', 'origin', 'http://127.0.0.1:1/environments.git');
    expect(await bootstrap()).toMatch(/error FL7513: Git cannot read origin: .*\n {2}git ls-remote origin/);
    await environments.git('remote', 'set-url', 'origin', url!);
    expect(await environments.git('status', '--porcelain')).toBe('');
  },
  TIMEOUT_MS,
);

test(
  'Flux at work is refused, and the check says all that is in the way at once',
  async () => {
    const flux = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'kustomize-controller', labels: { 'app.kubernetes.io/part-of': 'flux' } },
    };
    const template = {
      metadata: { labels: { app: 'flux' } },
      spec: { containers: [{ name: 'manager', image: 'ghcr.io/fluxcd/kustomize-controller:v1' }] },
    };
    const spec = { selector: { matchLabels: { app: 'flux' } }, template };
    await bed().kubectl(['apply', '-f', '-'], { input: JSON.stringify({ ...flux, spec }) });
    expect(await bootstrap()).toMatch(/error FL7506: Deployment\/default\/kustomize-controller is at work/);

    environments.write('notes.txt', 'not committed');
    const { status, stdout } = await environments.fairlead(['bootstrap', 'gke', '--check', '-o', 'json']);
    const checks = JSON.parse(stdout) as { check: string; ok: boolean; message: string; remedy?: string }[];
    expect([status, checks.filter(({ ok }) => !ok).map(({ check }) => check)]).toEqual([1, ['others', 'clean']]);
    expect(checks.find(({ check }) => check === 'others')).toMatchObject({ message: expect.stringContaining('FL7506'), remedy: expect.any(String) });
    expect((await environments.fairlead(['bootstrap', 'gke', '--check'])).stdout).toMatch(/^others +FAILED +FL7506: /m);
    await environments.git('clean', '--force', '--quiet');
  },
  TIMEOUT_MS,
);

test(
  'a push that is refused leaves the commit, and the same command goes on from there',
  async () => {
    const hook = join(repository, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "main is protected" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const stderr = await bootstrap({}, '--take-over');
    expect(stderr).toMatch(/error FL7514: Git cannot push to main of origin: .*main is protected/);
    expect(stderr).not.toMatch(/^✔ Deployment.* scaled to 0$/m);
    expect(await environments.git('log', '-1', '--format=%s')).toBe('Bootstrap cluster gke\n');
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
  },
  TIMEOUT_MS,
);

test(
  'an image that cannot be pulled, and an agent that crashes, are told with what their Pod says; Flux is scaled to 0 by then',
  async () => {
    const token = { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url };
    expect(await bootstrap(token, '--create', '--take-over')).toMatch(
      /error FL7508: the agent does not run: Pod flux-system\/fairlead-agent-\S+: container agent cannot pull/,
    );
    expect([...github.repositories.keys()]).toEqual(['acme/environments']);
    const flux = await bed().kubectl(['get', 'deployment', 'kustomize-controller', '-o', 'jsonpath={.spec.replicas}']);
    expect(flux).toBe('0');
    node.publish({ image: AGENT_IMAGE, command: [process.execPath, '-e', 'console.error("no such flag"); process.exit(2)'] });
    expect(await bootstrap()).toMatch(/error FL7508: .*container agent ends with exit code 2, restarted \d+ times[\s\S]*kubectl logs -n flux-system/);
  },
  TIMEOUT_MS,
);

test('a token that expired is told', async () => {
  expect(await bootstrap({ GITHUB_TOKEN: 'ghp_expired', GITHUB_API_URL: github.url }, '--create')).toMatch(
    /error FL7520: GitHub at http.* refuses the token: Bad credentials/,
  );
  expect(await bootstrap({}, '--create')).toMatch(/error FL7527: there is no token to make the repository ssh:/);
});

test('outside of a project, and of a repository, there is nothing to bootstrap', async () => {
  const cli = environments.fairlead.bind(environments);
  const { stderr } = await cli(['install']);
  expect(stderr).toMatch(/error FL7531: nothing says what the agent follows/);
});

test(
  'over https the agent reads Git with what the environment says, which nothing prints',
  async () => {
    const args = [
      'install',
      '--git-url',
      'https://git.example.com/environments',
      '--git-path',
      'dist/gke',
      '--git-secret',
      'git',
      '--agent-namespace',
      'gitops',
      '--take-over',
    ];
    expect(await refused(args)).toMatch(
      /error FL7528: the agent has no credentials for https:\/\/git\.example\.com\/environments: there is no Secret gitops\/git/,
    );
    const { status, stdout, stderr } = await environments.fairlead(args, { GIT_USERNAME: 'alice', GIT_PASSWORD: 'a secret word' });
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('a secret word') });
    expect(stdout).toBe('');
    const { data } = JSON.parse(await bed().kubectl(['get', 'secret', 'git', '-n', 'gitops', '-o', 'json']));
    expect(Buffer.from(data.password, 'base64').toString()).toBe('a secret word');
    const follows = await bed().kubectl([
      'get',
      'gitrepository',
      'environments',
      '-n',
      'gitops',
      '-o',
      'jsonpath={.spec.secretRef.name} {.spec.url}',
    ]);
    expect(follows).toBe('git https://git.example.com/environments');
  },
  TIMEOUT_MS,
);
