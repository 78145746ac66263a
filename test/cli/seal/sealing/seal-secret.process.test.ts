import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createSealingKey } from '../../../../src/seal/create-key';
import { fingerprintOf } from '../../../../src/seal/fingerprint';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import { sealingPair } from '../../../support/sealing-pair';
import type { Run, SealingProject } from '../sealing-project';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
let project: SealingProject;
beforeEach(() => {
  ({ project } = world());
});

const FILE = 'secrets/gke/dev/basic-auth.yaml';
const OUTPUT = 'dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml';

const literal = (key: string, value: string) => ['--from-literal', `${key}=${project.secret(value)}`];
const seal = (...args: readonly string[]) => project.fairlead(['seal', ...args]);
const fingerprint = () => fingerprintOf(createPublicKey(createPrivateKey(project.key.privateKeyPem)));

async function sealed(...args: readonly string[]): Promise<Run> {
  const run = await seal(...args);
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  return run;
}

/** Refused with this code, and nothing is written. */
async function refused(code: string, ...args: readonly string[]): Promise<string> {
  const before = project.exists(FILE) ? project.read(FILE) : undefined;
  const run = await seal(...args);
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 1, stderr: expect.stringContaining(code) });
  expect(project.exists(FILE) ? project.read(FILE) : undefined).toBe(before);
  return run.stderr;
}

function manifest(fields: object): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'basic-auth', namespace: 'dev' }, ...fields });
}

const base64 = (text: string) => Buffer.from(project.secret(text)).toString('base64');

test('writes the file that a construct names, records the key, and the output follows', async () => {
  const { stdout } = await sealed('gke/dev/basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'));
  expect(stdout).toContain(`${FILE}, for ${fingerprint()}\n  added    password, user\n`);
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1', password: 'hunter2-9f' });
  expect([...parseSealedFile(project.read(FILE), FILE).sealedWith]).toEqual([
    ['password', fingerprint()],
    ['user', fingerprint()],
  ]);
  expect(project.read(OUTPUT)).toContain(parseSealedFile(project.read(FILE), FILE).encryptedData.user);
});

test('only keys that are named change, and --dry-run says which without a change', async () => {
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'));
  project.write(FILE, `# by hand\n${project.read(FILE).replace('encryptedData:', 'encryptedData: # the values')}`);
  const before = project.read(FILE);
  const dry = await sealed('basic-auth', '--dry-run', ...literal('user', 'Root-55d'));
  expect(dry.stdout).toContain('  replaced user\n  kept     password\n');
  expect(project.read(FILE)).toBe(before);

  await sealed('dev/basic-auth', ...literal('user', 'Root-55d'));
  expect(project.opened(FILE)).toEqual({ user: 'Root-55d', password: 'hunter2-9f' });
  expect(project.read(FILE)).toMatch(/^# by hand\n[\s\S]*encryptedData: # the values/);
  const lines = (text: string) => text.split('\n').filter((line) => !/^ +(- )?user/.test(line));
  expect(lines(project.read(FILE))).toEqual(lines(before));
});

test('problems elsewhere in the program are told, and the file is written all the same', async () => {
  project.program("for (const name of ['basic-auth', 'other']) new SealedSecret(dev, name, { keys: ['user'] });");
  const { status, stderr } = await seal('basic-auth', ...literal('user', 'Admin-7c1'));
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/not synthesized yet[\s\S]*secrets\/gke\/dev\/other\.yaml/) });
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1' });
  expect(project.exists('dist')).toBe(false);
  await sealed('other', ...literal('user', 'Admin-88b'));
  expect(project.exists(OUTPUT)).toBe(true);
});

test('values come from files byte for byte, from lines of an env file and from standard input', async () => {
  project.program("new SealedSecret(dev, 'basic-auth', { keys: ['binary', 'piped', 'A', 'B', 'named.txt'] });");
  const binary = Buffer.from([0, 255, 10, 13, 128]);
  project.write('in/binary', binary);
  project.write('in/named.txt', project.secret('with-a-newline\n'));
  project.write('in/env', `# comment\n\n  A=${project.secret('a=b "c" ')}\nB\n`);
  world().allow('in/named.txt', 'in/env');
  const args = ['--from-file', 'binary=in/binary', '--from-file', 'in/named.txt', '--from-file', 'piped=-', '--from-env-file', 'in/env'];
  const options = { input: project.secret('piped-value\n'), env: { B: project.secret('of-environment') } };
  expect(await project.fairlead(['seal', 'basic-auth', ...args], options)).toMatchObject({ status: 0, stderr: '' });
  expect(project.opened(FILE)).toEqual({
    binary: binary.toString('latin1'),
    piped: 'piped-value\n',
    A: 'a=b "c" ',
    B: 'of-environment',
    'named.txt': 'with-a-newline\n',
  });
});

test('what kubectl gets of a Secret is sealed under the name of the construct, without what the API server wrote', async () => {
  project.program("new SealedSecret(dev, 'basic-auth', { keys: ['user'], template: { 'config.ini': 'user={{ .user }}' } });");
  const live = manifest({
    type: 'example.com/login',
    metadata: {
      name: 'old-name',
      namespace: 'legacy',
      uid: 'c0ffee',
      resourceVersion: '42',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: [{ kind: 'Deployment', name: 'x' }],
      managedFields: [{ manager: 'kubectl' }],
      labels: { app: 'web' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': base64('hunter2-9f'), note: 'kept' },
    },
    data: { user: base64('Admin-7c1'), 'config.ini': base64('user=Admin-7c1') },
  });
  const { status, stderr } = await project.fairlead(['seal', 'basic-auth'], { input: live });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('Secret legacy/old-name are sealed for dev/basic-auth') });
  expect(stderr).toContain('config.ini: left out, made by the template');
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1' });
  const file = parseSealedFile(project.read(FILE), FILE);
  expect(file).toMatchObject({ name: 'basic-auth', namespace: 'dev', template: { type: 'example.com/login' } });
  expect(file.template.metadata).toEqual({ labels: { app: 'web' }, annotations: { note: 'kept' } });
});

test('of several Secrets in a manifest the one of the construct is taken', async () => {
  project.write(
    'all.yaml',
    `${manifest({ stringData: { user: project.secret('Admin-7c1') } })}\n---\n${manifest({ metadata: { name: 'other' } })}\n`,
  );
  world().allow('all.yaml');
  await sealed('basic-auth', '-f', 'all.yaml', ...literal('password', 'hunter2-9f'));
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1', password: 'hunter2-9f' });
  project.program("new SealedSecret(dev, 'third');");
  expect(await refused('FL8309', 'third', '-f', 'all.yaml')).toContain('(dev/basic-auth, other)');
});

test('a key can be removed, and one that is not there cannot', async () => {
  project.program("new SealedSecret(dev, 'basic-auth');");
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'), ...literal('extra', 'hunter2-9f'));
  expect((await sealed('basic-auth', '--remove-key', 'extra')).stdout).toContain('  removed  extra\n  kept     user\n');
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1' });
  expect(await refused('FL8321', 'basic-auth', '--remove-key', 'extra')).toContain('it has user');
});

test('scopes are those of construct and file; a file for another Secret is written anew, and only as a whole', async () => {
  project.program("new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'], scope: SealedScope.NAMESPACE_WIDE });");
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'));
  expect(parseSealedFile(project.read(FILE), FILE).scope).toBe('namespace-wide');
  expect(await refused('FL8322', 'basic-auth', '--scope', 'strict', ...literal('user', 'Root-55d'))).toContain('namespace-wide');

  project.program("new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'], scope: SealedScope.CLUSTER_WIDE });");
  expect(await refused('FL8316', 'basic-auth', ...literal('user', 'Root-55d'))).toContain('password could not be opened');
  await sealed('basic-auth', ...literal('user', 'Root-55d'), ...literal('password', 'hunter2-77'));
  expect(project.opened(FILE)).toEqual({ user: 'Root-55d', password: 'hunter2-77' });

  project.program(`new SealedSecret(dev, 'renamed', { file: '${FILE}' });`);
  await sealed('renamed', ...literal('user', 'Root-66e'));
  expect(parseSealedFile(project.read(FILE), FILE)).toMatchObject({ name: 'renamed', scope: 'cluster-wide' });
  expect(project.opened(FILE)).toEqual({ user: 'Root-66e', password: 'hunter2-77' });
});

test('a file that is called JSON is JSON, and stays it', async () => {
  project.program("new SealedSecret(dev, 'basic-auth', { file: 'sealed/auth.json' });");
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'));
  await sealed('basic-auth', ...literal('password', 'hunter2-9f'));
  expect(Object.keys(JSON.parse(project.read('sealed/auth.json')).spec.encryptedData)).toEqual(['password', 'user']);
  expect(project.opened('sealed/auth.json')).toEqual({ user: 'Admin-7c1', password: 'hunter2-9f' });
});

test('keys that are not declared are refused by name', async () => {
  expect(await refused('FL8304', 'basic-auth', ...literal('users', 'Admin-7c1'))).toContain('declares no key users');
  expect(await refused('FL8308', 'basic-auth', ...literal('user', 'Admin-7c1'), ...literal('user', 'Admin-7c2'))).toContain('key user');
});

test('names that are unknown or stand for several are refused with those there are', async () => {
  project.program(`new SealedSecret(dev, 'basic-auth');
new SealedSecret(new Environment(gke, 'prod'), 'basic-auth');`);
  expect(await refused('FL8303', 'basic-auth', ...literal('user', 'Admin-7c1'))).toContain('dev/basic-auth, prod/basic-auth');
  expect(await refused('FL8302', 'dev/basic-aut', ...literal('user', 'Admin-7c1'))).toContain('did you mean dev/basic-auth');
  expect(await seal('prod/basic-auth', ...literal('user', 'Admin-7c1'))).toMatchObject({ status: 0 });
  expect(project.exists('secrets/gke/prod/basic-auth.yaml')).toBe(true);
});

test('certificates that are missing, over or not yet valid are refused, and one that is not committed is warned of', async () => {
  const args = ['basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f')];
  project.write('over.pem', (await createSealingKey({ bits: 2048, validDays: -1 })).certificatePem);
  expect(await refused('FL8002', ...args, '--cert', 'over.pem')).toContain('over.pem');
  const other = await sealingPair(1);
  project.write('other.pem', other.certificatePem);
  const { status, stderr } = await seal(...args, '--cert', 'other.pem');
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('certs/gke.pem does not have the key of other.pem') });
  expect(project.opened(FILE, createPrivateKey(other.privateKeyPem)).user).toBe('Admin-7c1');
  project.program("new SealedSecret(new Environment(new Cluster(platform, 'eks', { kubernetesVersion: '1.36' }), 'x'), 'basic-auth');");
  expect(await refused('FL8311', ...args)).toContain('fairlead seal cert eks');
});

test('no fault of the input shows any of it', async () => {
  const secret = project.secret('hunter2-9f');
  await refused('FL8306', 'basic-auth', '--from-literal', secret);
  project.write('env', `user=x\n${secret}\n`);
  project.write('broken.yaml', `apiVersion: v1\nkind: Secret\nstringData: {user: "${secret}`);
  project.write('base64.yaml', manifest({ data: { user: `${secret}!` } }));
  project.write('number.yaml', `apiVersion: v1\nkind: Secret\nstringData:\n  user: 5550123456\n  password: *${secret}\n`);
  project.write('kind.yaml', manifest({ kind: secret, stringData: { user: secret } }));
  world().allow('env', 'broken.yaml', 'base64.yaml', 'number.yaml', 'kind.yaml');
  expect(await refused('FL8306', 'basic-auth', '--from-env-file', 'env')).toContain('line 2');
  expect(await refused('FL8309', 'basic-auth', '-f', 'broken.yaml')).toContain('line 3');
  expect(await refused('FL8309', 'basic-auth', '-f', 'base64.yaml')).toContain('data.user is no base64');
  await refused('FL8309', 'basic-auth', '-f', 'number.yaml');
  await refused('FL8309', 'basic-auth', '-f', 'kind.yaml');
  expect(await seal('basic-auth', `--from-litteral=user=${secret}`)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("'--from-litteral'"),
  });
  for (const option of [`-p${secret}`, `--password='\n${secret}'`]) {
    expect(await seal('basic-auth', option)).toMatchObject({ status: 1, stderr: expect.stringMatching(/unknown option '-(p|-password)'/) });
    expect(await seal('keys', option)).toMatchObject({ status: 1, stderr: expect.stringMatching(/unknown option '-(p|-password)'/) });
  }
  expect(await refused('FL8344', `password=${secret}`)).toContain('--from-literal');
  expect(await seal('basic-auth', secret, 'more')).toMatchObject({ status: 1, stderr: expect.stringContaining('too many arguments') });
});

test('values past what a Secret can hold are refused with their sizes, those that stay counted', async () => {
  project.program("new SealedSecret(dev, 'basic-auth');");
  const large = 'hunter2-9f'.repeat(70_000);
  project.secret('hunter2-9f');
  project.write('large', large);
  world().allow('large');
  await sealed('basic-auth', '--from-file', 'user=large');
  const stderr = await refused('FL8310', 'basic-auth', '--from-file', 'password=large');
  expect(stderr).toContain('are 1400000 bytes, and a Secret holds 1048576 at most: user 700000, password 700000');
});

test('without a value or a terminal nothing is waited for', async () => {
  expect(await refused('FL8305', 'basic-auth')).toContain('--from-literal key=value');
  expect(await refused('FL8301')).toContain('fairlead seal dev/basic-auth');
  await refused('FL8317', 'basic-auth', '--raw', ...literal('user', 'Admin-7c1'));
  await refused('FL8317', '--remove-key', 'user', ...literal('user', 'Admin-7c1'));
});

test('a file outside of the platform is never written', async () => {
  project.program("new SealedSecret(dev, 'basic-auth', { file: '../outside.yaml' });");
  const { status, stderr } = await seal('basic-auth', ...literal('user', 'Admin-7c1'));
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('../outside.yaml') });
  expect(project.exists('../outside.yaml')).toBe(false);
});

test('a Secret that is called as a command is sealed with its layer, which is said to who leaves it out', async () => {
  project.program("new SealedSecret(dev, 'keys', { keys: ['a'] });");
  expect(await seal('keys', ...literal('a', 'hunter2-9f'))).toMatchObject({ status: 1, stderr: expect.stringContaining('seal <layer>/keys') });
  await sealed('dev/keys', ...literal('a', 'hunter2-9f'));
  expect(project.opened('secrets/gke/dev/keys.yaml')).toEqual({ a: 'hunter2-9f' });
});

test('the path of the file names its Secret, from any folder', async () => {
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'));
  const { status } = await project.fairlead(['seal', 'basic-auth.yaml', ...literal('user', 'Other-7c1')], { cwd: 'secrets/gke/dev' });
  expect(status).toBe(0);
  expect(project.opened(FILE)).toEqual({ user: 'Other-7c1', password: 'hunter2-9f' });
});

test('what somebody else writes meanwhile is not lost', async () => {
  await sealed('basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'));
  const pipe = join(project.world, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const late = seal('basic-auth', '--from-file', `user=${pipe}`);
  // It opens once the command reads from it, and then the command has read the file.
  const value = await open(pipe, 'w');
  await sealed('basic-auth', ...literal('password', 'Newer-9f'));
  await value.write(project.secret('Late-7c1'));
  await value.close();
  expect(await late).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7254') });
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1', password: 'Newer-9f' });
});

test('places that cannot be written are named, and nothing is left beside them', async () => {
  project.write('secrets/gke/dev', 'a file where a folder should be');
  expect(await refused('FL7255', 'basic-auth', ...literal('user', 'Admin-7c1'), ...literal('password', 'hunter2-9f'))).toContain(FILE);
  expect(readdirSync(join(project.root, 'secrets/gke'))).toEqual(['dev']);
});

test.each([
  ['-f', '.', 'it is a folder'],
  ['--from-env-file', '.', 'it is a folder'],
  ['--from-file', 'user=certs', 'it is a folder'],
  ['--from-file', 'user=absent', 'it is not there'],
  ['-f', 'certs/gke.pem/x', 'a folder of its path is a file'],
])('%s %s: %s', async (option, path, reason) => {
  expect(await refused('FL8330', 'basic-auth', option, path)).toContain(reason);
});

test('standard input is read once', async () => {
  expect(await refused('FL8317', 'basic-auth', '--from-file', 'user=-', '--from-file', 'password=/dev/stdin')).toContain('standard input');
});
