import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createEngine } from '../../src/render/engine';
import { chartFromFolder } from '../../src/render/local-content';
import type { RenderResult } from '../../src/render/types';
import { useBed } from '../support/bed';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: false });
const engine = createEngine();
const chart = mkdtempSync(path.join(tmpdir(), 'fairlead-helm-storage-'));
const values = { color: 'red', number: 12345678 };

beforeAll(async () => {
  mkdirSync(path.join(chart, 'templates'));
  const files: Record<string, string> = {
    'Chart.yaml': 'apiVersion: v2\nname: some-chart\nversion: 1.2.3\nappVersion: "4.5"\n',
    'values.yaml': 'color: blue\n',
    'templates/settings.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings # comment\ndata:\n  color: {{ .Values.color }}\n  number: "{{ .Values.number }}"\n',
    'templates/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: account\n',
    'templates/hook.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hook\n  annotations:\n    helm.sh/hook: post-install\n',
    'templates/NOTES.txt': 'the color is {{ .Values.color }}\n',
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(chart, file), text);
  for (const namespace of ['theirs', 'ours']) await bed().kubectl(['create', 'namespace', namespace]);

  writeFileSync(path.join(chart, '..', `${path.basename(chart)}.yaml`), JSON.stringify(values));
  await bed().helm(['install', 'r', chart, '--namespace', 'theirs', '--values', `${chart}.yaml`]);
  await installOurs();
});

afterAll(async () => {
  await engine.close();
  rmSync(chart, { recursive: true });
  rmSync(`${chart}.yaml`);
});

async function installOurs(): Promise<void> {
  const rendered = await engine.render({ chart: await chartFromFolder(chart), name: 'r', namespace: 'ours', values });
  const now = new Date().toISOString();
  const stored = await engine.encodeRelease(rendered.record, {
    status: 'deployed',
    description: 'Install complete',
    firstDeployed: now,
    lastDeployed: now,
    applyMethod: 'ssa',
    hookRuns: { hook: { startedAt: now, completedAt: now, phase: 'Succeeded' } },
  });
  await applyObjects(rendered);
  await store(stored, 'ours', 1);
}

async function applyObjects(rendered: RenderResult): Promise<void> {
  for (const { json } of rendered.objects) {
    const object = JSON.parse(json.toString());
    object.metadata.labels = { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' };
    object.metadata.annotations = { ...object.metadata.annotations, 'meta.helm.sh/release-name': 'r', 'meta.helm.sh/release-namespace': 'ours' };
    const apply = ['apply', '--server-side', '--field-manager=helm', '--namespace=ours', '--filename=-'];
    await bed().kubectl(apply, { input: JSON.stringify(object) });
  }
}

/** As Helm's Secret driver keeps it. */
async function store(stored: string, namespace: string, version: number, status = 'deployed'): Promise<void> {
  const labels = { name: 'r', owner: 'helm', status, version: `${version}` };
  const metadata = { name: `sh.helm.release.v1.r.v${version}`, namespace, labels };
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1', metadata, stringData: { release: stored } };
  await bed().kubectl(['apply', '--filename=-'], { input: JSON.stringify(secret) });
}

async function storedBy(namespace: string, version: number): Promise<string> {
  const path = '--output=jsonpath={.data.release}';
  const data = await bed().kubectl(['get', 'secret', `sh.helm.release.v1.r.v${version}`, '--namespace', namespace, path]);
  return Buffer.from(data, 'base64').toString();
}

const helm = (namespace: string, ...args: string[]) => bed().helm([...args, '--namespace', namespace]);
const settings = async () => JSON.parse(await bed().kubectl(['get', 'configmap', 'settings', '--namespace=ours', '--output=jsonpath={.data}']));

describe('a release of ours, to helm, is as one of its own', () => {
  test.each(['manifest', 'values', 'hooks', 'notes'])('get %s', async (part) => {
    expect(await helm('ours', 'get', part, 'r')).toBe(await helm('theirs', 'get', part, 'r'));
  });

  test('list and history', async () => {
    const shown = async (namespace: string, ...args: string[]) =>
      JSON.parse(await helm(namespace, ...args, '--output', 'json')).map(({ updated: _, namespace: __, ...rest }: Record<string, unknown>) => rest);
    expect(await shown('ours', 'list')).toEqual(await shown('theirs', 'list'));
    expect(await shown('ours', 'history', 'r')).toEqual(await shown('theirs', 'history', 'r'));
  });
});

describe('a release helm made', () => {
  test('decodes', async () => {
    const release = await engine.decodeRelease(await storedBy('theirs', 1));
    expect(release).toMatchObject({
      name: 'r',
      namespace: 'theirs',
      revision: 1,
      info: { status: 'deployed', description: 'Install complete', applyMethod: 'ssa' },
      chart: { name: 'some-chart', version: '1.2.3', appVersion: '4.5' },
      config: values,
      hooks: [{ name: 'hook', events: ['post-install'], object: { kind: 'ConfigMap' } }],
      configDigest: await engine.configDigest(values),
    });
    expect(release.objects.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['ServiceAccount/account', 'ConfigMap/settings']);
  });

  test('keeps all it has when its status is edited', async () => {
    const before = await storedBy('theirs', 1);
    const after = await engine.editRelease(before, { status: 'superseded' });
    await store(after, 'theirs', 1, 'superseded');
    expect(await helm('theirs', 'status', 'r', '--output', 'json')).toContain('"superseded"');
    const back = await engine.editRelease(after, { status: 'deployed' });
    expect((await engine.decodeRelease(back)).snapshotDigest).toBe((await engine.decodeRelease(before)).snapshotDigest);
    await store(back, 'theirs', 1);
  });

  test('becomes a new revision', async () => {
    const now = new Date().toISOString();
    const record = await engine.recordOf(await storedBy('theirs', 1));
    const stored = await engine.encodeRelease(record, {
      revision: 2,
      status: 'deployed',
      description: 'Rollback to 1',
      firstDeployed: now,
      lastDeployed: now,
    });
    await store(stored, 'theirs', 2);
    expect(await helm('theirs', 'get', 'manifest', 'r', '--revision', '2')).toBe(await helm('theirs', 'get', 'manifest', 'r', '--revision', '1'));
    expect(JSON.parse(await helm('theirs', 'history', 'r', '--output', 'json'))).toMatchObject([
      { revision: 1 },
      { revision: 2, description: 'Rollback to 1' },
    ]);
  });
});

test('helm upgrades, rolls back and uninstalls what we installed', async () => {
  await helm('ours', 'upgrade', 'r', chart, '--set', 'color=green');
  expect(await settings()).toMatchObject({ color: 'green' });
  await helm('ours', 'rollback', 'r', '1');
  expect(await settings()).toEqual({ color: 'red', number: '1.2345678e+07' });
  expect(await engine.decodeRelease(await storedBy('ours', 3))).toMatchObject({ revision: 3, config: values, info: { status: 'deployed' } });
  await helm('ours', 'uninstall', 'r');
  const left = await bed().kubectl(['get', 'configmap,secret,serviceaccount', '--namespace=ours', '--output=name']);
  expect(left.split('\n').filter((name) => /settings|account\/account|sh\.helm/.test(name))).toEqual([]);
});
