import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FleetOptions, fleetOf } from '../../../src/cli/live/clusters';
import { bindingFile } from '../../../src/model/cluster-binding';

let folder: string;
let servers: Server[];
/** UIDs of those that were asked. */
let asked: (string | undefined)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-clusters-'));
  servers = [];
  asked = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A fake API server that knows the Namespace kube-system; without a UID one that refuses, and with `mute` one that never answers. */
async function cluster(uid?: string, { mute = false } = {}): Promise<string> {
  const server = createServer(({ url }, response) => {
    asked.push(uid);
    if (mute) return;
    response.writeHead(uid === undefined ? 401 : 200, { 'content-type': 'application/json' });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } };
    const discovered = { kind: 'APIGroupDiscoveryList', items: url === '/api' ? [CORE] : [] };
    response.end(JSON.stringify(/^\/apis?$/.test(url ?? '') ? discovered : namespace));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NAMESPACES = { resource: 'namespaces', responseKind: { group: '', version: 'v1', kind: 'Namespace' }, scope: 'Cluster' };
const CORE = { metadata: {}, versions: [{ version: 'v1', resources: [NAMESPACES] }] };

/** Contexts by name, each with the address of its cluster. The first is the current one. */
function kubeconfig(contexts: Readonly<Record<string, string>>): string {
  const names = Object.keys(contexts);
  const config = {
    'current-context': names[0],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    clusters: names.map((name) => ({ name, cluster: { server: contexts[name] } })),
    users: [{ name: 'u', user: { token: 't' } }],
  };
  return write('kubeconfig', JSON.stringify(config));
}

/** A project whose output has these clusters, bound where there is a UID. */
function project(clusters: Readonly<Record<string, string | undefined>>): void {
  write('cdk8s.yaml', 'app: node main.js\noutput: dist\n');
  for (const [name, uid] of Object.entries(clusters)) {
    write(`dist/${name}/_sync/sync.yaml`, '');
    if (uid !== undefined) write(bindingFile(name), JSON.stringify({ uid }));
  }
}

async function members(options: FleetOptions): Promise<(readonly [string | undefined, string | undefined])[]> {
  return (await fleetOf(options, folder)).map(({ cluster: name, context }) => [name, context]);
}

const NOWHERE = 'http://127.0.0.1:9';

test('outside of a project it is the current cluster', async () => {
  expect(await members({ kubeconfig: kubeconfig({ here: NOWHERE, there: NOWHERE }) })).toEqual([[undefined, 'here']]);
});

test('contexts that are named are taken as they are, and all of them where all are asked for', async () => {
  project({ here: undefined });
  const file = kubeconfig({ here: NOWHERE, there: NOWHERE });
  expect(await members({ kubeconfig: file, context: ['there'] })).toEqual([[undefined, 'there']]);
  expect(await members({ kubeconfig: file, allContexts: true })).toEqual([
    [undefined, 'here'],
    [undefined, 'there'],
  ]);
});

test('a cluster of the project is behind the context of its name, and nobody is asked for it', async () => {
  project({ gke: 'uid-of-gke' });
  expect(await members({ kubeconfig: kubeconfig({ other: NOWHERE, gke: NOWHERE }) })).toEqual([['gke', 'gke']]);
});

test('a cluster that is bound is behind the context whose cluster has its UID, whatever the context is called', async () => {
  project({ gke: 'uid-of-gke', eks: 'uid-of-eks', local: 'uid-of-local', unbound: undefined });
  const contexts = { kind: await cluster('uid-of-kind'), admin: await cluster('uid-of-eks'), refusing: await cluster(), gke: NOWHERE, gone: NOWHERE };
  expect(await members({ kubeconfig: kubeconfig(contexts) })).toEqual([
    ['eks', 'admin'],
    ['gke', 'gke'],
  ]);
});

test('the current context is looked at first, and others only for what it is not', async () => {
  project({ gke: 'uid-of-gke' });
  const url = await cluster('uid-of-gke');
  const file = kubeconfig({ viewer: url, admin: url, other: await cluster('uid-of-another') });
  expect(await members({ kubeconfig: file })).toEqual([['gke', 'viewer']]);
  expect(new Set(asked)).toEqual(new Set(['uid-of-gke']));
});

test('a cluster that does not answer holds up nothing once all that are looked for are found', async () => {
  project({ gke: 'uid-of-gke' });
  const file = kubeconfig({ mute: await cluster(undefined, { mute: true }), admin: await cluster('uid-of-gke') });
  expect(await members({ kubeconfig: file })).toEqual([['gke', 'admin']]);
});

test('in a project whose clusters cannot be told it is the current one', async () => {
  project({ gke: 'uid-of-gke' });
  expect(await members({ kubeconfig: kubeconfig({ here: await cluster('uid-of-another') }) })).toEqual([[undefined, 'here']]);
});
