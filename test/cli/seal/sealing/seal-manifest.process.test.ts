import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { createSealingKey } from '../../../../src/seal/create-key';
import { labelFor, type Scope } from '../../../../src/seal/scope';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import { openValue, parseSealedValue } from '../../../../src/seal/sealed-value';
import { parsePrivateKey } from '../../../../src/seal/sealing-key';
import { compiledCli } from '../../compiled-cli';
import type { RunOptions, SealingProject } from '../sealing-project';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
let project: SealingProject;
beforeEach(() => {
  ({ project } = world());
  project.write('elsewhere/cert.pem', project.key.certificatePem);
});

// Outside of what the program knows: no construct is asked.
const seal = (args: readonly string[], options: RunOptions = {}) => project.fairlead(['seal', ...args], { cwd: 'elsewhere', ...options });
const CERT = ['--cert', 'cert.pem'];

interface ManifestFields {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Record<string, string>;
  readonly [field: string]: unknown;
}

function manifest({ name, namespace, annotations, ...fields }: ManifestFields): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, annotations }, ...fields });
}

function opened(text: string): Record<string, string | undefined> {
  const { encryptedData, scope, namespace, name } = parseSealedFile(text, 'output');
  return Object.fromEntries(Object.entries(encryptedData).map(([key, sealed]) => [key, openedValue(sealed, scope, namespace, name)]));
}

function openedValue(sealed: string, scope: Scope, namespace: string, name: string): string | undefined {
  return openValue(parseSealedValue(sealed)!, parsePrivateKey(project.key.privateKeyPem)!, labelFor(scope, namespace, name))?.toString();
}

async function refused(code: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await seal(args, options);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(code) });
  return stderr;
}

test('a manifest on standard input becomes a SealedSecret on standard output, without what the API server wrote', async () => {
  const value = project.secret('hunter2-9f');
  const input = manifest({
    name: 'a',
    namespace: 'dev',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"stringData":{"b":"${value}"}}`, note: 'kept' },
    type: 'example.com/x',
    immutable: true,
    data: { a: Buffer.from(value).toString('base64') },
    stringData: { b: value, a: value },
  });
  const { status, stdout, stderr } = await seal(CERT, { input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.startsWith('{\n  "apiVersion": "bitnami.com/v1alpha1"')).toBe(true);
  expect(opened(stdout)).toEqual({ a: value, b: value });
  const template = { metadata: { name: 'a', namespace: 'dev', annotations: { note: 'kept' } }, type: 'example.com/x', immutable: true };
  expect(JSON.parse(stdout).spec.template).toEqual(template);
});

test('several documents and Lists are sealed one by one; the name of the output says its format, and it is written whole or not at all', async () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: ['b', 'c'].map((name) => JSON.parse(manifest({ name, namespace: 'dev', stringData: { k: name } }))),
  };
  const first = manifest({ name: 'a', namespace: 'dev', stringData: { k: 'a' } });
  project.write('elsewhere/all.yaml', `${first}\n---\n---\n${JSON.stringify(list)}\n`);
  expect(await seal([...CERT, '-f', 'all.yaml', '-w', 'sealed.yaml'])).toEqual({ status: 0, stdout: '', stderr: '' });
  const documents = parseAllDocuments(project.read('elsewhere/sealed.yaml')).map(String);
  expect(documents.map((text) => opened(text))).toEqual([{ k: 'a' }, { k: 'b' }, { k: 'c' }]);

  const before = project.read('elsewhere/sealed.yaml');
  project.write('elsewhere/all.yaml', `${first}\n---\n${manifest({ name: 'b' })}`);
  await refused('FL8320', [...CERT, '-f', 'all.yaml', '-w', 'sealed.yaml']);
  expect(project.read('elsewhere/sealed.yaml')).toBe(before);
  expect(await seal([...CERT, '-f', 'all.yaml', '-w', 'sealed.json', '--allow-empty-data', '--scope', 'cluster-wide'])).toMatchObject({ status: 0 });
  expect(project.read('elsewhere/sealed.json')).toMatch(/^\{/);
});

test('scope, name and namespace come from options and manifest as with kubeseal', async () => {
  const value = project.secret('hunter2-9f');
  const secret = (fields: ManifestFields) => ({ input: manifest({ ...fields, stringData: { k: value } }) });
  const wide = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
  const scopes = [
    await seal(CERT, secret({ name: 'a', namespace: 'dev', annotations: wide })),
    await seal([...CERT, '--scope', 'strict'], secret({ name: 'a', namespace: 'dev', annotations: wide })),
    await seal([...CERT, '--scope', 'cluster-wide', '-o', 'yaml'], secret({ name: 'a', annotations: wide })),
  ].map(({ stdout }) => ({ scope: parseSealedFile(stdout, 'output').scope, ...opened(stdout) }));
  expect(scopes).toEqual([
    { scope: 'namespace-wide', k: value },
    { scope: 'strict', k: value },
    { scope: 'cluster-wide', k: value },
  ]);
  const named = await seal([...CERT, '--name', 'b', '--namespace', 'prod'], secret({}));
  expect(parseSealedFile(named.stdout, 'output')).toMatchObject({ name: 'b', namespace: 'prod' });
  expect(await refused('FL8319', [...CERT, '--namespace', 'prod'], secret({ name: 'a', namespace: 'dev' }))).toContain('in namespace dev');
  expect(await refused('FL8318', CERT, secret({ name: 'a' }))).toContain('--namespace');
  expect(await refused('FL8318', CERT, secret({ namespace: 'a' }))).toContain('--name');
});

test('a Secret can be made of options alone', async () => {
  const value = project.secret('hunter2-9f');
  const { stdout } = await seal([...CERT, '--name', 'a', '-n', 'dev', '--type', 'example.com/x', '--from-literal', `k=${value}`, '-o', 'yaml']);
  expect(stdout).toMatch(/^---\napiVersion/);
  expect(opened(stdout)).toEqual({ k: value });
  expect(parseSealedFile(stdout, 'output').template.type).toBe('example.com/x');
});

test('--raw prints one value, with its newlines and without one of its own', async () => {
  const value = project.secret('hunter2-9f\n');
  project.write('elsewhere/value', value);
  world().allow('elsewhere/value');
  const strict = ['--raw', '--name', 'a', '--namespace', 'dev', ...CERT];
  const outputs = [
    (await seal(strict, { input: value })).stdout,
    (await seal([...strict, '--from-file', 'k=value'])).stdout,
    (await seal([...strict, '--from-file=/dev/stdin'], { input: value })).stdout,
    (await seal([...strict, '--from-literal', `k=${value}`])).stdout,
  ];
  expect(outputs.map((sealed) => openedValue(sealed, 'strict', 'dev', 'a'))).toEqual([value, value, value, value]);
  const wide = await seal(['--raw', '--scope', 'namespace-wide', '--namespace', 'dev', ...CERT], { input: value });
  expect(openedValue(wide.stdout, 'namespace-wide', 'dev', '')).toBe(value);
  const anywhere = await seal(['--raw', '--scope', 'cluster-wide', ...CERT], { input: value });
  expect(openedValue(anywhere.stdout, 'cluster-wide', '', '')).toBe(value);
  expect(await refused('FL8318', ['--raw', '--name', 'a', ...CERT], { input: value })).toContain('--namespace');
  await refused('FL8317', [...strict, '--from-file', 'value', '--from-file', 'value']);
  await refused('FL8317', [...strict, '-f', 'value']);
});

test('--merge-into seals for the SealedSecret of a file and changes nothing else of it', async () => {
  const value = project.secret('hunter2-9f');
  const made = await seal([...CERT, '--name', 'a', '-n', 'dev', '--scope', 'namespace-wide', '--from-literal', `k=${value}`, '-o', 'yaml']);
  project.write('elsewhere/sealed.yaml', `# by hand\n${made.stdout}`);
  const input = manifest({ name: 'other', namespace: 'other', annotations: { note: 'new' }, stringData: { j: value } });
  expect(await seal([...CERT, '--merge-into', 'sealed.yaml'], { input })).toEqual({ status: 0, stdout: '', stderr: '' });
  const merged = project.read('elsewhere/sealed.yaml');
  expect(merged).toMatch(/^# by hand\n/);
  expect(opened(merged)).toEqual({ k: value, j: value });
  expect(parseSealedFile(merged, 'sealed.yaml')).toMatchObject({
    name: 'a',
    namespace: 'dev',
    template: { metadata: { annotations: { note: 'new' } } },
  });
  expect(parseSealedFile(merged, 'sealed.yaml').encryptedData.k).toBe(parseSealedFile(made.stdout, 'before').encryptedData.k);
  await refused('FL8322', [...CERT, '--merge-into', 'sealed.yaml', '--scope', 'strict'], { input });
  expect(project.read('elsewhere/sealed.yaml')).toBe(merged);
});

test('--cert takes a file, file:// and http://, which is warned of where somebody can be between; SEALED_SECRETS_CERT stands in for it', async () => {
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/v1/cert.pem' ? 200 : 404).end(project.key.certificatePem);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://user:hunter2-pw@127.0.0.1:${port}`;
  project.secret('hunter2-pw');
  const args = ['--raw', '--scope', 'cluster-wide'];
  const input = project.secret('hunter2-9f');
  try {
    const { stdout, stderr } = await seal([...args, '--cert', `${address}/v1/cert.pem`], { input });
    expect(openedValue(stdout, 'cluster-wide', '', '')).toBe(input);
    expect(stderr).toBe('');
    // This machine too, but not in every system.
    const other = await seal([...args, '--cert', `http://user:hunter2-pw@0.0.0.0:${port}/v1/cert.pem`], { input });
    expect(other.stderr).toContain(`warning: http:// proves nothing: whoever is between you and 0.0.0.0:${port}`);
    expect(await refused('FL8312', [...args, '--cert', `${address}/else`], { input })).toContain('answered 404');
  } finally {
    server.close();
  }
  const file = pathToFileURL(`${project.root}/elsewhere/cert.pem`).href;
  expect(openedValue((await seal([...args, '--cert', file], { input })).stdout, 'cluster-wide', '', '')).toBe(input);
  const { stdout } = await seal(args, { input, env: { SEALED_SECRETS_CERT: 'cert.pem' } });
  expect(openedValue(stdout, 'cluster-wide', '', '')).toBe(input);
  await refused('FL8312', [...args, '--cert', 'absent.pem'], { input });
  await refused('FL8312', [...args, '--cert', 'ftp://example.com/cert.pem'], { input });
  await refused('FL8001', [...args, '--cert', 'value.pem', '--cert', '../main.ts'], { input });
  await refused('FL8329', args, { input });
});

test('a certificate that is over is refused', async () => {
  project.write('elsewhere/over.pem', (await createSealingKey({ bits: 2048, validDays: -1 })).certificatePem);
  await refused('FL8002', ['--raw', '--scope', 'cluster-wide', '--cert', 'over.pem'], { input: 'x' });
});

test('a reader that stops early is no fault', async () => {
  const child = spawn(process.execPath, [compiledCli(), 'seal', '--raw', '--scope', 'cluster-wide', '--cert', 'certs/gke.pem'], {
    cwd: project.root,
    env: project.environment(),
  });
  const stderr = text(child.stderr);
  child.stdout.destroy();
  child.stdin.end(project.secret('hunter2-9f'));
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect({ status, stderr: await stderr }).toEqual({ status: 0, stderr: '' });
});
