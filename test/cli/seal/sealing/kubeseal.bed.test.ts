import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SCOPES, type Scope } from '../../../../src/seal/scope';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import { binaries } from '../../../../src/testbed/binaries';
import { BUILD_TIMEOUT_MS } from '../../../support/bed';
import type { SealingProject } from '../sealing-project';
import { useSealingProject } from '../use-sealing-project';

let kubeseal: string;
beforeAll(async () => {
  kubeseal = (await binaries(['kubeseal'])).kubeseal;
}, BUILD_TIMEOUT_MS);

const world = useSealingProject();
let project: SealingProject;
beforeEach(() => {
  ({ project } = world());
  world().allow('in');
});

const FILE = 'secrets/gke/dev/basic-auth.yaml';
const SAID: Record<Scope, string> = {
  strict: '',
  'namespace-wide': ', scope: SealedScope.NAMESPACE_WIDE',
  'cluster-wide': ', scope: SealedScope.CLUSTER_WIDE',
};

/** Upstream's program, offline. */
function upstream(args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(kubeseal, args, {
    cwd: project.root,
    input,
    encoding: 'utf8',
    env: project.environment(),
    maxBuffer: 2 ** 24,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

interface Secret {
  readonly type?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object; readonly annotations?: object };
  /** Empty values are null. */
  readonly data: Readonly<Record<string, string | null>>;
}

function unsealed(sealed: string): Secret {
  return JSON.parse(upstream(['--recovery-unseal', '--recovery-private-key', 'old.pem'], sealed));
}

/** A letter a byte. */
function valuesOf(sealed: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(unsealed(sealed).data).map(([key, value]) => [key, Buffer.from(value ?? '', 'base64').toString('latin1')]),
  );
}

async function seal(args: readonly string[], input?: string | Buffer): Promise<string> {
  const { status, stdout, stderr } = await project.fairlead(['seal', ...args], { input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const manifest = (fields: object, metadata: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'basic-auth', namespace: 'dev', ...metadata }, ...fields });

test.each(SCOPES)('kubeseal opens the file of a construct, %s', async (scope) => {
  project.program(`new SealedSecret(dev, 'basic-auth', { type: 'example.com/x', labels: { app: 'web' }${SAID[scope]} });`);
  const values = { ascii: Buffer.from(project.secret('hunter2-9f')), empty: Buffer.alloc(0), binary: randomBytes(300), large: randomBytes(900_000) };
  for (const [key, value] of Object.entries(values)) project.write(`in/${key}`, value);
  await seal(['basic-auth', ...Object.keys(values).flatMap((key) => ['--from-file', `in/${key}`])]);
  const letters = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.toString('latin1')]));
  expect(valuesOf(project.read(FILE))).toEqual(letters);
  expect(unsealed(project.read(FILE))).toMatchObject({
    type: 'example.com/x',
    metadata: { name: 'basic-auth', namespace: 'dev', labels: { app: 'web' } },
  });
  expect(valuesOf(project.read('dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml'))).toEqual(letters);
});

test.each(SCOPES)('a file that kubeseal wrote is changed key by key, %s', async (scope) => {
  project.program(`new SealedSecret(dev, 'basic-auth'${SAID[scope] && `, { ${SAID[scope].slice(2)} }`});`);
  const input = manifest({ stringData: { user: project.secret('Admin-7c1'), password: project.secret('hunter2-9f') } });
  const made = upstream(['--cert', 'certs/gke.pem', '--scope', scope, '-o', 'yaml'], input);
  project.write(FILE, made);
  const { status, stderr } = await project.fairlead(['seal', 'basic-auth', '--from-literal', `user=${project.secret('Root-55d')}`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('warning: FL8212') });
  expect(valuesOf(project.read(FILE))).toEqual({ user: 'Root-55d', password: 'hunter2-9f' });
  const [before, after] = [made, project.read(FILE)].map((text) => parseSealedFile(text, FILE));
  expect(after!.encryptedData.password).toBe(before!.encryptedData.password);
  expect([...after!.sealedWith.keys()]).toEqual(['user']);
  expect({ ...after, encryptedData: undefined, sealedWith: undefined }).toEqual({ ...before, encryptedData: undefined, sealedWith: undefined });
});

test.each(SCOPES)('a manifest is sealed to what kubeseal would make of it, %s', async (scope) => {
  const value = project.secret('hunter2-9f');
  const input = manifest(
    { type: 'example.com/x', immutable: true, data: { a: Buffer.from(value).toString('base64'), none: null }, stringData: { b: value } },
    {
      uid: 'c0ffee',
      resourceVersion: '42',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web' },
      annotations: { note: 'kept', 'kubectl.kubernetes.io/last-applied-configuration': value },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', uid: 'y' }],
    },
  );
  const args = ['--cert', 'certs/gke.pem', '--scope', scope, '--name', 'renamed'];
  const [theirs, ours] = [upstream(args, input), await seal(args, input)];
  expect(unsealed(ours)).toEqual(unsealed(theirs));
  const shape = (text: string) => ({ ...parseSealedFile(text, 'output'), encryptedData: undefined, sealedWith: undefined });
  const { template, ...rest } = shape(theirs);
  const { creationTimestamp: _, ...metadata } = template.metadata ?? {};
  expect(shape(ours)).toEqual({ ...rest, template: { ...template, metadata } });
});

test('kubeseal opens values that --raw printed', async () => {
  const value = project.secret('hunter2-9f\n');
  const sealed = {
    strict: await seal(['--raw', '--cert', 'certs/gke.pem', '--name', 'basic-auth', '--namespace', 'dev'], value),
    'namespace-wide': await seal(['--raw', '--cert', 'certs/gke.pem', '--scope', 'namespace-wide', '--namespace', 'dev'], value),
    'cluster-wide': await seal(['--raw', '--cert', 'certs/gke.pem', '--scope', 'cluster-wide'], value),
  };
  for (const scope of SCOPES) {
    const annotations = scope === 'strict' ? {} : { [`sealedsecrets.bitnami.com/${scope}`]: 'true' };
    const metadata = { name: 'basic-auth', namespace: 'dev', annotations };
    const object = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData: { k: sealed[scope] } } };
    expect(valuesOf(JSON.stringify(object)).k).toBe(value);
  }
});

test.each(SCOPES)('kubeseal and fairlead merge into files of one another, %s', async (scope) => {
  const [one, two, three] = ['hunter2-9f', 'hunter2-77', 'hunter2-55'].map((value) => project.secret(value));
  const args = ['--cert', 'certs/gke.pem'];
  const add = (key: string, value: string) => manifest({ stringData: { [key]: value } }, { name: 'any', namespace: undefined });
  const theirs = upstream([...args, '--scope', scope], manifest({ stringData: { one } }, { annotations: { note: 'x' }, labels: { app: 'web' } }));
  project.write('merged.json', theirs);
  await seal([...args, '--merge-into', 'merged.json'], add('two', two!));
  upstream([...args, ...(scope === 'strict' ? [] : ['--scope', scope]), '--merge-into', 'merged.json'], add('three', three!));
  expect(valuesOf(project.read('merged.json'))).toEqual({ one, two, three });
  expect(unsealed(project.read('merged.json')).metadata).toMatchObject({ name: 'basic-auth', namespace: 'dev', labels: { app: 'web' } });
});

test('kubeseal refuses and allows what fairlead does', async () => {
  project.write('in/empty.json', manifest({}));
  const cases: readonly (readonly string[])[] = [
    ['--cert', 'certs/gke.pem', '-f', 'in/empty.json'],
    ['--cert', 'certs/gke.pem', '-f', 'in/empty.json', '--namespace', 'other'],
    ['--cert', 'certs/gke.pem', '-f', 'in/empty.json', '--namespace', 'other', '--allow-empty-data'],
    ['--cert', 'certs/gke.pem', '-f', 'in/empty.json', '--namespace', 'other', '--allow-empty-data', '--scope', 'cluster-wide'],
    ['--cert', 'certs/gke.pem', '-f', 'in/empty.json', '--allow-empty-data'],
    ['--cert', 'certs/gke.pem', '-f', 'in/absent.json'],
    ['--cert', 'old.pem', '-f', 'in/empty.json', '--allow-empty-data'],
    ['--cert', 'certs/gke.pem', '--raw', '--scope', 'namespace-wide', '--namespace', 'dev', '--from-file', 'in/empty.json'],
    ['--cert', 'certs/gke.pem', '--raw', '--namespace', 'dev', '--from-file', 'in/empty.json'],
  ];
  const options = { cwd: project.root, encoding: 'utf8', env: project.environment() } as const;
  const theirs = cases.map((args) => spawnSync(kubeseal, args, options).status === 0);
  const ours: boolean[] = [];
  for (const args of cases) ours.push((await project.fairlead(['seal', ...args])).status === 0);
  expect(ours).toEqual(theirs);
  expect(theirs).toEqual([false, false, false, true, true, false, false, true, false]);
});

test('kubeseal takes the certificates of a cluster as they are committed', async () => {
  const value = project.secret('hunter2-9f');
  const sealed = upstream(['--cert', join(project.root, 'certs/gke.pem'), '-o', 'yaml'], manifest({ stringData: { k: value } }));
  expect(valuesOf(sealed).k).toBe(value);
});
