import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitFiles } from '../../bench/commit-files';
import { AgentProcess } from '../../demo/agent-process';
import { applyAll, applyCrds } from '../../demo/bootstrap';
import { conditionOf, isReady, until } from '../../demo/observe';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { kinds } from '../../src/model/kinds';
import { idOf, type KubeObject, type ObjectId } from '../../src/model/object';
import { type AuditLine, auditLines } from '../support/audit-log';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';

const AGENT = 'flux-system';
const TEAM = 'team';
/** How soon drift must be back, and a change be seen, at the latest: a deadline, not a measure. */
const SOON_MS = 120_000;
jest.setTimeout(300_000);
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

/** What the one repository holds: a folder for each case, and a chart. */
const FILES = {
  ...namespaceWithSettings('edge'),
  ...namespaceWithSettings('rotated'),
  ...namespaceWithSettings('exec'),
  ...namespaceWithSettings('absent'),
  'own/settings.yaml': manifest('ConfigMap', TEAM, 'settings'),
  'foreign/mine.yaml': manifest('ConfigMap', TEAM, 'mine'),
  'foreign/theirs.yaml': manifest('ConfigMap', 'other', 'theirs'),
  'charts/hello/Chart.yaml': 'apiVersion: v2\nname: hello\nversion: 1.0.0\n',
  'charts/hello/templates/settings.yaml': manifest('ConfigMap', '{{ .Values.into | default .Release.Namespace }}', '{{ .Release.Name }}'),
};

let folder: string;
let here: RawKubeClient;
let there: RawKubeClient;
let agent: AgentProcess | undefined;

afterAll(async () => {
  await agent?.kill();
  here?.close();
  there?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});
const bed = useBed({ scheduler: false, kwok: false, registry: false, audit: true });
const remote = useBed({ scheduler: false, kwok: false, registry: false, git: false, audit: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-tenancy-'));
  here = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  there = RawKubeClient.connect(readKubeconfig(remote().kubeconfig));
  const { url } = await bed().git.createRepository('tenants');
  await commitFiles(join(folder, 'repository'), url, FILES);
  await applyCrds(here);
  await applyAll(
    here,
    [AGENT, TEAM, 'other'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  );
  await applyAll(here, [
    object(kinds.GitRepository, AGENT, 'tenants', { url, interval: '1h', ref: { branch: 'main' } }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: TEAM, name: 'deployer' } },
    mayWorkIn(TEAM),
  ]);
  startAgent();
}, BUILD_TIMEOUT_MS);

describe('a cluster behind a kubeconfig', () => {
  test('gets what its Kustomization holds, has drift healed, and is left clean', async () => {
    const settings: ObjectId = { ...CONFIG_MAP, namespace: 'edge', name: 'settings' };
    await kubeconfigSecret('edge', await readFile(remote().kubeconfig, 'utf8'));
    await kustomization('edge', AGENT, 'edge', { kubeConfig: { secretRef: { name: 'edge' } }, deletionPolicy: 'WaitForTermination' });
    await ready(kinds.Kustomization, AGENT, 'edge');
    expect(await there.get(settings)).toMatchObject({ data: { key: 'value' } });
    expect(await here.get(settings)).toBeUndefined();

    await there.patch(settings, 'merge', { data: { key: 'edited' } });
    await eventually(there, settings, 'put back', (found) => (found?.data as { key: string } | undefined)?.key === 'value');
    await healsDeletion(there, settings);

    await here.delete(idOf(object(kinds.Kustomization, AGENT, 'edge', {})));
    await eventually(there, { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'edge' }, 'gone', (found) => found === undefined);
    await eventually(here, idOf(object(kinds.Kustomization, AGENT, 'edge', {})), 'gone', (found) => found === undefined);
  });

  test('is looked after by the credentials that are in the Secret now', async () => {
    const settings: ObjectId = { ...CONFIG_MAP, namespace: 'rotated', name: 'settings' };
    await kubeconfigSecret('rotated', await readFile(remote().kubeconfig, 'utf8'));
    await kustomization('rotated', AGENT, 'rotated', { kubeConfig: { secretRef: { name: 'rotated' } } });
    await ready(kinds.Kustomization, AGENT, 'rotated');
    await applyAll(there, [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: 'next' } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'next' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'next' }],
      },
    ]);
    const next = await readFile(await remote().serviceAccountKubeconfig('default', 'next'), 'utf8');
    await kubeconfigSecret('rotated', next);
    const byNext = ({ user, verb, objectRef }: AuditLine) =>
      user.username === 'system:serviceaccount:default:next' && verb === 'patch' && objectRef?.name === 'settings';
    while (!(await auditLines(remote())).some(byNext)) await healsDeletion(there, settings);
    await healsDeletion(there, settings);
    expect(await readFile(join(folder, 'agent.log'), 'utf8')).not.toContain(/"token": "([^"]+)"/.exec(next)![1]);
  });

  test('is refused where the kubeconfig runs a command, or does not exist, until it is corrected', async () => {
    const admin = JSON.parse(await readFile(remote().kubeconfig, 'utf8'));
    const name = admin.users[0].name;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [join(folder, 'ran')], interactiveMode: 'Never' };
    await kubeconfigSecret('exec', JSON.stringify({ ...admin, users: [{ name, user: { exec } }] }));
    await kustomization('exec', AGENT, 'exec', { kubeConfig: { secretRef: { name: 'exec' } } });
    expect(await refusal(kinds.Kustomization, AGENT, 'exec')).toMatch(/^FL5022: .*Secret\/flux-system\/exec uses exec/);
    await release('exec', AGENT, { kubeConfig: { secretRef: { name: 'exec' } } });
    expect(await refusal(kinds.HelmRelease, AGENT, 'exec')).toMatch(/^FL5022: .*Secret\/flux-system\/exec uses exec/);
    await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT');

    await kustomization('absent', AGENT, 'absent', { kubeConfig: { secretRef: { name: 'absent' } } });
    expect(await refusal(kinds.Kustomization, AGENT, 'absent')).toMatch(/Secret\/flux-system\/absent/);

    const nowhere = { ...admin, clusters: [{ name, cluster: { ...admin.clusters[0].cluster, server: 'https://127.0.0.1:1' } }] };
    await kubeconfigSecret('absent', JSON.stringify(nowhere));
    await one(
      here,
      { ...kinds.Kustomization, namespace: AGENT, name: 'absent' },
      'unreachable',
      (found) => /^FL5001: .*127\.0\.0\.1:1/.test((found && conditionOf(found, 'Ready')?.message) ?? '') || undefined,
    );

    for (const secret of ['exec', 'absent']) await kubeconfigSecret(secret, JSON.stringify(admin));
    await ready(kinds.Kustomization, AGENT, 'exec');
    await ready(kinds.Kustomization, AGENT, 'absent');
    await applyAll(there, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: AGENT } }]);
    await ready(kinds.HelmRelease, AGENT, 'exec');
  });

  test('gets Helm releases, their storage included', async () => {
    const id = { ...CONFIG_MAP, namespace: AGENT, name: 'afar' };
    await applyAll(there, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: AGENT } }]);
    await kubeconfigSecret('afar', await readFile(remote().kubeconfig, 'utf8'));
    await release('afar', AGENT, { kubeConfig: { secretRef: { name: 'afar' } } });
    await ready(kinds.HelmRelease, AGENT, 'afar');
    expect(await there.get(id)).toBeDefined();
    expect(await here.get(id)).toBeUndefined();
    expect(JSON.parse(await remote().helm(['list', '--namespace', AGENT, '--filter', '^afar$', '--output=json']))).toMatchObject([
      { status: 'deployed' },
    ]);
    await healsDeletion(there, id);
    await kubeconfigSecret('afar', await readFile(await remote().serviceAccountKubeconfig('default', 'next'), 'utf8'));
    await healsDeletion(there, id);
    await here.delete(idOf(object(kinds.HelmRelease, AGENT, 'afar', {})));
    await eventually(there, id, 'gone', (found) => found === undefined);
    await eventually(here, idOf(object(kinds.HelmRelease, AGENT, 'afar', {})), 'gone', (found) => found === undefined);
    expect(JSON.parse(await remote().helm(['list', '--namespace', AGENT, '--filter', '^afar$', '--output=json']))).toEqual([]);
  });
});

describe('a tenant with a service account', () => {
  const settings: ObjectId = { ...CONFIG_MAP, namespace: TEAM, name: 'settings' };

  test('applies in its namespace, as that account and nobody else, and has drift healed', async () => {
    await kustomization('own', TEAM, 'own', { serviceAccountName: 'deployer' });
    await ready(kinds.Kustomization, TEAM, 'own');
    await healsDeletion(here, settings);
    const writes = (await auditLines(bed())).filter(({ verb, objectRef }) => verb === 'patch' && objectRef?.name === 'settings');
    expect(new Set(writes.map(({ impersonatedUser }) => impersonatedUser?.username))).toEqual(new Set([`system:serviceaccount:${TEAM}:deployer`]));
    await here.delete(idOf(object(kinds.Kustomization, TEAM, 'own', {})));
    await eventually(here, settings, 'gone', (found) => found === undefined);
  });

  test('is refused elsewhere: Ready names object and file, and all else is applied', async () => {
    await kustomization('foreign', TEAM, 'foreign', { serviceAccountName: 'deployer', retryInterval: '1s' });
    const message = await refusal(kinds.Kustomization, TEAM, 'foreign');
    expect(message).toMatch(/ConfigMap\/other\/theirs.*foreign\/theirs\.yaml/);
    expect(message).toContain('system:serviceaccount:team:deployer');
    expect(await here.get({ ...CONFIG_MAP, namespace: TEAM, name: 'mine' })).toBeDefined();
    expect(await here.get({ ...CONFIG_MAP, namespace: 'other', name: 'theirs' })).toBeUndefined();

    await applyAll(here, [mayWorkIn('other')]);
    await ready(kinds.Kustomization, TEAM, 'foreign');
    await healsDeletion(here, { ...CONFIG_MAP, namespace: 'other', name: 'theirs' });
    await here.delete(idOf(mayWorkIn('other')));
  });

  test('that does not exist may do nothing', async () => {
    await kustomization('nobody', TEAM, 'own', { serviceAccountName: 'nobody' });
    expect(await refusal(kinds.Kustomization, TEAM, 'nobody')).toMatch(
      /ConfigMap\/team\/settings.*own\/settings\.yaml.*system:serviceaccount:team:nobody/s,
    );
    await here.delete(idOf(object(kinds.Kustomization, TEAM, 'nobody', {})));
    await eventually(here, idOf(object(kinds.Kustomization, TEAM, 'nobody', {})), 'gone', (found) => found === undefined);
  });

  test('installs releases in its namespace, and none that reach out of it', async () => {
    const id = { ...CONFIG_MAP, namespace: TEAM, name: 'hello' };
    await release('hello', TEAM, { serviceAccountName: 'deployer' });
    await ready(kinds.HelmRelease, TEAM, 'hello');
    await healsDeletion(here, id);
    const writes = (await auditLines(bed())).filter(({ verb, objectRef }) => /create|patch|update/.test(verb) && objectRef?.name?.includes('hello'));
    const byAgent = writes.filter(({ objectRef }) => objectRef?.resource === 'configmaps' || objectRef?.resource === 'secrets');
    expect(new Set(byAgent.map(({ impersonatedUser }) => impersonatedUser?.username))).toEqual(new Set([`system:serviceaccount:${TEAM}:deployer`]));
    await here.delete(idOf(object(kinds.HelmRelease, TEAM, 'hello', {})));
    await eventually(here, id, 'gone', (found) => found === undefined);

    await release('reaching', TEAM, { serviceAccountName: 'deployer', values: { into: 'other' } });
    const message = await refusal(kinds.HelmRelease, TEAM, 'reaching');
    expect(message).toMatch(/ConfigMap\/other\/reaching.*templates\/settings\.yaml/s);
    expect(message).toContain('system:serviceaccount:team:deployer');
  });

  test('of the remote cluster counts where both are given', async () => {
    await applyAll(there, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: TEAM } }, mayWorkIn(TEAM)]);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: TEAM, name: 'edge' } };
    await applyAll(here, [{ ...secret, stringData: { value: await readFile(remote().kubeconfig, 'utf8') } }]);
    const spec = { kubeConfig: { secretRef: { name: 'edge' } }, serviceAccountName: 'deployer' };
    await kustomization('both', TEAM, 'own', spec);
    await ready(kinds.Kustomization, TEAM, 'both');
    await healsDeletion(there, settings);
    await kustomization('both-foreign', TEAM, 'foreign', spec);
    expect(await refusal(kinds.Kustomization, TEAM, 'both-foreign')).toMatch(/ConfigMap\/other\/theirs.*foreign\/theirs\.yaml/);
  });
});

test('an agent that is started anew finds and heals what happened meanwhile, here and there, and looks after it', async () => {
  await agent?.kill();
  const objects: [RawKubeClient, ObjectId][] = [
    [there, { ...CONFIG_MAP, namespace: 'rotated', name: 'settings' }],
    [there, { ...CONFIG_MAP, namespace: TEAM, name: 'settings' }],
    [here, { ...CONFIG_MAP, namespace: TEAM, name: 'mine' }],
  ];
  for (const [client, id] of objects) await client.delete(id);
  startAgent();
  for (const [client, id] of objects) await eventually(client, id, 'there again', (found) => found !== undefined);
  for (const [client, id] of objects) await healsDeletion(client, id);
});

/** A folder with a namespace of its name. */
function namespaceWithSettings(name: string): Record<string, string> {
  return { [`${name}/namespace.yaml`]: manifest('Namespace', undefined, name), [`${name}/settings.yaml`]: manifest('ConfigMap', name, 'settings') };
}

function manifest(kind: string, namespace: string | undefined, name: string): string {
  const data = kind === 'ConfigMap' ? 'data:\n  key: value\n' : '';
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}  name: ${name}\n${data}`;
}

function object(kind: { group: string; version: string; kind: string }, namespace: string, name: string, spec: object): KubeObject {
  return { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata: { namespace, name }, spec };
}

/** Lets the tenant's account do in a namespace what an administrator of it does. */
function mayWorkIn(namespace: string): KubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { namespace, name: 'deployer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: TEAM, name: 'deployer' }],
  };
}

function startAgent(): void {
  agent = AgentProcess.start(bed().kubeconfig, { log: join(folder, 'agent.log'), dataFolder: join(folder, 'agent') });
}

async function kubeconfigSecret(name: string, value: string): Promise<void> {
  await applyAll(here, [{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: AGENT, name }, stringData: { value } }]);
}

async function kustomization(name: string, namespace: string, path: string, spec: object): Promise<void> {
  const sourceRef = { kind: 'GitRepository', namespace: AGENT, name: 'tenants' };
  await here.create(object(kinds.Kustomization, namespace, name, { interval: '1h', prune: true, path: `./${path}`, sourceRef, ...spec }));
}

async function release(name: string, namespace: string, spec: object): Promise<void> {
  const sourceRef = { kind: 'GitRepository', namespace: AGENT, name: 'tenants' };
  const chart = { spec: { chart: './charts/hello', sourceRef } };
  await here.create(object(kinds.HelmRelease, namespace, name, { interval: '1h', chart, driftDetection: { mode: 'enabled' }, ...spec }));
}

function ready(kind: ObjectKind, namespace: string, name: string): Promise<KubeObject> {
  return one(here, { ...kind, namespace, name }, 'Ready', (found) => (found !== undefined && isReady(found) ? found : undefined));
}

/** What Ready says where it is False. */
function refusal(kind: ObjectKind, namespace: string, name: string): Promise<string> {
  return one(here, { ...kind, namespace, name }, 'refused', (found) => {
    const condition = found && conditionOf(found, 'Ready');
    return condition?.status === 'False' && !/DependencyNotReady|SourceNotReady/.test(condition.reason) ? condition.message : undefined;
  });
}

async function healsDeletion(client: RawKubeClient, id: ObjectId): Promise<void> {
  const uid = (await client.get(id))?.metadata.uid;
  await client.delete(id);
  await one(client, id, 'there again', (found) => (found !== undefined && found.metadata.uid !== uid ? found : undefined));
}

function eventually(client: RawKubeClient, id: ObjectId, what: string, holds: (found: KubeObject | undefined) => boolean): Promise<true> {
  return one(client, id, what, (found) => holds(found) || undefined);
}

type ObjectKind = Pick<ObjectId, 'group' | 'version' | 'kind'>;

function one<T>(client: RawKubeClient, id: ObjectId, what: string, holds: (found: KubeObject | undefined) => T | undefined): Promise<T> {
  const { namespace, name, kind } = id;
  const selection = { ...(namespace === '' ? {} : { namespace }), fieldSelector: `metadata.name=${name}` };
  return until(client, id, selection, `${kind}/${namespace}/${name} to be ${what}`, ([found]) => holds(found), SOON_MS);
}
