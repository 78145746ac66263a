import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READY_ANNOTATION } from '../../src/testbed/kwok-stages';
import { TestBed } from '../../src/testbed/test-bed';
import { auditLines } from '../support/audit-log';
import { useBed } from '../support/bed';

jest.setTimeout(300_000);

const bed = useBed({ nodes: 2, audit: true, git: { username: 'git', password: 's3cret' } });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'test-bed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('nodes are ready and take Pods', async () => {
  const nodes = JSON.parse(await bed().kubectl(['get', 'nodes', '--output=json'])).items;
  expect(nodes.map(({ metadata, spec }: { metadata: { name: string }; spec: object }) => [metadata.name, spec])).toEqual([
    ['node-0', {}],
    ['node-1', {}],
  ]);
});

test('a Deployment becomes available and a LoadBalancer Service gets an address', async () => {
  await apply(deployment('web', 3), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await bed().kubectl(['rollout', 'status', 'deployment/web', '--timeout=90s']);
  await bed().kubectl(['wait', 'service/web', '--for=jsonpath={.status.loadBalancer.ingress[0].ip}', '--timeout=90s']);
  const phases = await bed().kubectl(['get', 'pods', '--selector=app=web', '--output=jsonpath={.items[*].status.phase}']);
  expect(phases).toBe('Running Running Running');
});

test('a Job completes', async () => {
  await bed().kubectl(['create', 'job', 'once', '--image=example.com/once:1']);
  await bed().kubectl(['wait', 'job/once', '--for=condition=Complete', '--timeout=90s']);
});

test('a Pod that is told not to be ready runs unready, and deletes', async () => {
  const pod = deployment('never', 1, { [READY_ANNOTATION]: 'false' });
  await apply(pod);
  await bed().kubectl(['wait', 'deployment/never', '--for=jsonpath={.status.unavailableReplicas}=1', '--timeout=90s']);
  await bed().kubectl(['wait', 'pod', '--selector=app=never', '--for=jsonpath={.status.phase}=Running', '--timeout=90s']);
  expect(await bed().kubectl(['get', 'deployment/never', '--output=jsonpath={.status.readyReplicas}'])).toBe('');
  await bed().kubectl(['delete', 'deployment/never', '--cascade=foreground', '--timeout=90s']);
});

test('access is by RBAC, with priority and fairness', async () => {
  expect(await bed().kubectl(['auth', 'can-i', '*', '*'])).toBe('yes\n');
  await expect(bed().kubectl(['auth', 'can-i', 'list', 'secrets', '--as=somebody'])).rejects.toThrow(/no/);
  expect(await bed().kubectl(['get', 'flowschemas', '--output=name'])).toContain('flowschema.flowcontrol.apiserver.k8s.io/service-accounts');
});

test('a service account has a kubeconfig of its own', async () => {
  const KUBECONFIG = await bed().serviceAccountKubeconfig('default', 'default');
  expect(await bed().kubectl(['auth', 'whoami', '--output=jsonpath={.status.userInfo.username}'], { env: { KUBECONFIG } })).toBe(
    'system:serviceaccount:default:default',
  );
});

test('the audit log knows who asked for what', async () => {
  await bed().kubectl(['get', 'configmap', 'nothing', '--ignore-not-found', '--as=somebody', '--as-group=system:masters']);
  const requests = (await auditLines(bed())).filter(({ impersonatedUser }) => impersonatedUser?.username === 'somebody');
  expect(requests).toContainEqual(
    expect.objectContaining({
      verb: 'get',
      userAgent: expect.stringMatching(/^kubectl\//),
      objectRef: expect.objectContaining({ resource: 'configmaps', name: 'nothing' }),
      responseStatus: expect.objectContaining({ code: 404 }),
    }),
  );
});

test('helm installs a chart and waits for it', async () => {
  const chart = join(folder, 'chart');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: hello\nversion: 1.0.0\n');
  writeFileSync(join(chart, 'templates', 'all.yaml'), JSON.stringify(deployment('hello', 2)));
  await bed().helm(['install', 'hello', chart, '--namespace=hello', '--create-namespace', '--wait', '--timeout=90s']);
  expect(JSON.parse(await bed().helm(['list', '--namespace=hello', '--output=json']))).toMatchObject([{ name: 'hello', status: 'deployed' }]);
});

test('Git is served with the credentials asked for, also to a process that blocks', async () => {
  const { url, path } = await bed().git.createRepository('apps');
  const address = url.replace('http://', 'http://git:s3cret@');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' }, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main', 'work');
  git('-C', 'work', '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--allow-empty', '-m', 'first');
  git('-C', 'work', 'push', '--quiet', address, 'main');
  git('clone', '--quiet', address, 'copy');
  expect(git('-C', 'copy', 'log', '--format=%s')).toBe('first\n');
  expect(git('-C', path, 'rev-parse', 'main')).toBe(git('-C', 'work', 'rev-parse', 'main'));
});

test('the registry speaks the distribution API', async () => {
  const answer = await fetch(`http://${bed().registry}/v2/`);
  expect(answer.status).toBe(200);
});

test('a failing command says what it printed', async () => {
  await expect(bed().kubectl(['get', 'unicorns'])).rejects.toThrow(/kubectl get unicorns failed:\n.*unicorns/);
});

test('two beds are two clusters, and a part left out is not there', async () => {
  const other = await TestBed.start({ scheduler: false, kwok: false, git: false, registry: false });
  try {
    await bed().kubectl(['create', 'namespace', 'here-only']);
    expect(await other.kubectl(['get', 'namespaces', '--output=name'])).not.toContain('here-only');
    expect(await other.kubectl(['get', 'nodes', '--output=name'])).toBe('');
    expect(() => other.git).toThrow();
    expect(() => other.gitOverSsh).toThrow();
    expect(() => other.registry).toThrow();
  } finally {
    await other.stop();
  }
});

function deployment(name: string, replicas: number, annotations: Record<string, string> = {}) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: 'main', image: `example.com/${name}:1` }] } },
    },
  };
}

function apply(...objects: readonly object[]): Promise<string> {
  return bed().kubectl(['apply', '--filename=-'], { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') });
}
