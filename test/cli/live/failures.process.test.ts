import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, runCli } from './run-cli';

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  get: ['get'],
  tree: ['tree', 'dev'],
  events: ['events', 'dev'],
  logs: ['logs', 'dev'],
  history: ['history', 'dev'],
  reconcile: ['reconcile', 'dev'],
  wait: ['wait', 'dev', '--timeout', '30s'],
  trace: ['trace', 'deployment/podinfo', '-n', 'dev'],
  doctor: ['doctor'],
};
const names = Object.keys(COMMANDS);
const TIMEOUT_MS = 180_000;

let folder: string;
let server: Server;
/** What the API server answers to everything but its version and kinds. */
let refusal: { readonly code: number; readonly reason: string; readonly message: string } | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-failures-'));
  server = createServer((request, response) => {
    const isOpen = request.url === '/version' || /^\/apis?(?:[/?]|$)/.test(request.url ?? '');
    const isResource = /\/(?:namespaces|pods|deployments|kustomizations|nodes|events|secrets|leases|configmaps)/.test(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    if (refusal !== undefined && (refusal.code === 401 || !isOpen || isResource)) {
      response.statusCode = refusal.code;
      response.end(JSON.stringify({ kind: 'Status', status: 'Failure', ...refusal }));
      return;
    }
    response.end(JSON.stringify(bodyFor(request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A cluster without any definition of ours. */
function bodyFor(url: string): object {
  if (url === '/version') return { gitVersion: 'v1.36.3' };
  if (/^\/apis?(?:\?|$)/.test(url)) return { kind: 'APIGroupDiscoveryList', items: url.startsWith('/apis') ? groups : [CORE] };
  if (/\/namespaces\/kube-system$/.test(url)) return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'x' } };
  return { kind: 'List', metadata: { resourceVersion: '1' }, items: [] };
}

/** Kinds besides Kubernetes' own. */
let groups: readonly object[] = [];

function group(name: string, version: string, kind: string, resource: string): object {
  return {
    metadata: { name },
    versions: [{ version, resources: [{ resource, responseKind: { group: name, version, kind }, scope: 'Namespaced' }] }],
  };
}

const CORE = {
  metadata: {},
  versions: [
    {
      version: 'v1',
      resources: ['Namespace', 'Pod', 'Event', 'Secret', 'ConfigMap'].map((kind) => ({
        resource: `${kind.toLowerCase()}s`,
        responseKind: { group: '', version: 'v1', kind },
        scope: kind === 'Namespace' ? 'Cluster' : 'Namespaced',
      })),
    },
  ],
};

function kubeconfig(url: string): string {
  const path = join(folder, `${Math.random()}.kubeconfig`);
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: url } }],
    users: [{ name: 'u', user: { token: 'expired' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const here = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function runAll(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Readonly<Record<string, Ran>>> {
  const ran: Record<string, Ran> = {};
  for (const name of names) ran[name] = await runCli([...COMMANDS[name], ...args], { cwd: folder, env });
  return ran;
}

/** Exit code 2 of `status` tells a broken look from a broken fleet; all others have 1. */
function exitCodes(ran: Readonly<Record<string, Ran>>): Readonly<Record<string, number | null>> {
  return Object.fromEntries(names.map((name) => [name, ran[name].status]));
}
const failing = Object.fromEntries(names.map((name) => [name, name === 'status' ? 2 : 1]));

/** `status` tells it in the row of the cluster. */
function said(ran: Readonly<Record<string, Ran>>): string[] {
  return names.map((name) => ran[name].stderr + (name === 'status' ? ran[name].stdout : ''));
}

test(
  'without a kubeconfig every command says so',
  async () => {
    const ran = await runAll([], { KUBECONFIG: '', HOME: folder });
    expect(exitCodes(ran)).toEqual(failing);
    for (const text of said(ran)) expect(text).toMatch(/FL\d{4}: .*kubeconfig/);
  },
  TIMEOUT_MS,
);

test(
  'a context that does not exist is named',
  async () => {
    const ran = await runAll(['--context', 'nope', '--kubeconfig', kubeconfig(here())]);
    expect(exitCodes(ran)).toEqual(failing);
    for (const text of said(ran)) expect(text).toContain('it has no context nope');
  },
  TIMEOUT_MS,
);

test(
  'a server that is not there is named',
  async () => {
    const ran = await runAll(['--kubeconfig', kubeconfig('http://127.0.0.1:1')]);
    expect(exitCodes(ran)).toEqual(failing);
    for (const text of said(ran)) expect(text).toMatch(/cannot reach .*127\.0\.0\.1:1/);
  },
  TIMEOUT_MS,
);

test(
  'an expired token is told from all else',
  async () => {
    refusal = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' };
    const ran = await runAll(['--kubeconfig', kubeconfig(here())]);
    refusal = undefined;
    expect(exitCodes(ran)).toEqual(failing);
    for (const text of said(ran)) expect(text).toMatch(/FL\d{4}: .*Unauthorized/);
  },
  TIMEOUT_MS,
);

test(
  'who may see nothing is told so, and not that there is nothing',
  async () => {
    groups = [group('kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations'), group('apps', 'v1', 'Deployment', 'deployments')];
    refusal = { code: 403, reason: 'Forbidden', message: 'kustomizations.kustomize.toolkit.fluxcd.io is forbidden: User "eve" cannot list resource' };
    const ran = await runAll(['--kubeconfig', kubeconfig(here())]);
    refusal = undefined;
    groups = [];
    expect(exitCodes(ran)).toEqual({ ...failing, status: 1 });
    for (const [name, text] of names.map((one, at) => [one, said(ran)[at] + (one === 'doctor' ? ran[one].stdout : '')])) {
      expect([name, text]).toEqual([name, expect.stringMatching(/may not (?:be seen|see)|User "eve" cannot/)]);
    }
  },
  TIMEOUT_MS,
);

test(
  'a cluster without our kinds is told to be one',
  async () => {
    const args = ['--kubeconfig', kubeconfig(here())];
    const [waited, status, got, reconciled, doctor] = await Promise.all(
      [COMMANDS.wait, COMMANDS.status, COMMANDS.get, COMMANDS.reconcile, COMMANDS.doctor].map((command) =>
        runCli([...command, ...args], { cwd: folder }),
      ),
    );
    expect(waited).toMatchObject({ status: 1, stderr: expect.stringContaining('the cluster does not know Kustomizations') });
    expect(status).toMatchObject({ status: 1, stdout: expect.stringContaining('it follows no repository yet: fairlead bootstrap') });
    expect(got).toMatchObject({ status: 0, stdout: 'nothing found\n' });
    expect(reconciled).toMatchObject({ status: 1, stderr: expect.stringContaining('there are no environments: fairlead doctor') });
    expect(doctor).toMatchObject({ status: 1, stdout: expect.stringMatching(/fail {2}definitions: missing: .*Kustomization/) });
  },
  TIMEOUT_MS,
);

test(
  'one cluster of several that does not answer is a row, and no end',
  async () => {
    const path = kubeconfig(here());
    const config = {
      contexts: ['here', 'away'].map((name) => ({ name, context: { cluster: name } })),
      clusters: [
        { name: 'here', cluster: { server: here() } },
        { name: 'away', cluster: { server: 'http://127.0.0.1:1' } },
      ],
    };
    writeFileSync(path, JSON.stringify(config));
    const { status, stdout } = await runCli(['status', '--all-contexts', '--kubeconfig', path, '-o', 'json'], { cwd: folder });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { context: 'here', version: 'v1.36.3' },
      { context: 'away', ready: false, error: { code: 'FL5001', message: expect.any(String) } },
    ]);
  },
  TIMEOUT_MS,
);
