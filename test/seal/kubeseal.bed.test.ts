import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificates } from '../../src/seal/certificate';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret, printKeyList, type SealingPair } from '../../src/seal/key-secret';
import { labelFor, SCOPES, type Scope } from '../../src/seal/scope';
import { editSealedFile, parseSealedFile, printSealedFile } from '../../src/seal/sealed-file';
import { openValue, parseSealedValue, sealValue } from '../../src/seal/sealed-value';
import { binaries } from '../../src/testbed/binaries';
import { BUILD_TIMEOUT_MS } from '../support/bed';

const NAMESPACE = 'team-a';
const NAME = 'db';
const values: Readonly<Record<string, Buffer>> = {
  text: Buffer.from('some "text"\nwith \u00fc'),
  'binary.bin': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  empty: Buffer.alloc(0),
  large: randomBytes(900_000),
};

let kubeseal: string;
let pair: SealingPair;
let folder: string;
let certificate: string;

beforeAll(async () => {
  kubeseal = (await binaries(['kubeseal'])).kubeseal;
  pair = await createSealingKey();
  folder = mkdtempSync(join(tmpdir(), 'fairlead-kubeseal-'));
  certificate = write('cert.pem', pair.certificatePem);
}, BUILD_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(SCOPES)('what kubeseal seals opens here: %s', (scope) => {
  for (const format of ['yaml', 'json']) {
    const file = parseSealedFile(sealed(scope, format), 'db');
    expect([file.scope, file.namespace, file.name, file.template.type]).toEqual([scope, NAMESPACE, NAME, 'Opaque']);
    expect(opened(file.encryptedData, scope)).toEqual(values);
  }
});

test.each(SCOPES)('what is sealed here opens with kubeseal and the keys of a backup: %s', (scope) => {
  const other = keySecret(
    { privateKeyPem: pair.privateKeyPem, certificatePem: pair.certificatePem },
    { namespace: 'kube-system', name: 'sealed-secrets-key' },
  );
  const keys = { pem: pair.privateKeyPem, list: printKeyList([other]) };
  const text = printSealedFile({
    namespace: NAMESPACE,
    name: NAME,
    scope,
    encryptedData: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, sealHere(value, scope)])),
    sealedWith: new Map(Object.keys(values).map((key) => [key, parseCertificates(pair.certificatePem, 'x')[0]!.fingerprint])),
    template: { type: 'Opaque', metadata: { labels: { app: 'db' } } },
    annotations: {},
    labels: {},
  });
  for (const [form, content] of Object.entries(keys)) expect(unsealed(text, write(`keys-${form}`, content))).toEqual(values);
});

test('a file of kubeseal in which a value was replaced here still opens with kubeseal', () => {
  const edited = editSealedFile(sealed('strict', 'yaml'), {
    set: new Map([
      ['text', { sealed: sealHere(Buffer.from('new'), 'strict'), fingerprint: 'SHA256:x' }],
      ['added', { sealed: sealHere(Buffer.from('more'), 'strict'), fingerprint: 'SHA256:x' }],
    ]),
    remove: ['large'],
  });
  const { large: _, ...rest } = values;
  expect(unsealed(edited, write('key.pem', pair.privateKeyPem))).toEqual({ ...rest, text: Buffer.from('new'), added: Buffer.from('more') });
});

test('kubeseal writes into a file that was printed here, whose record then speaks of what it did not touch alone', () => {
  const set = (key: string) => [key, { sealed: sealHere(values[key]!, 'strict'), fingerprint: 'SHA256:x' }] as const;
  const bare = printSealedFile({
    namespace: NAMESPACE,
    name: NAME,
    scope: 'strict',
    encryptedData: {},
    sealedWith: new Map(),
    template: {},
    annotations: {},
    labels: {},
  });
  const target = write('target.yaml', editSealedFile(bare, { set: new Map([set('text'), set('empty')]) }));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: NAME, namespace: NAMESPACE }, stringData: { text: 'theirs' } });
  const { stdout, stderr, status } = spawnSync(kubeseal, ['--cert', certificate, '--merge-into', target, '-o', 'yaml'], { input, encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, '', '']);
  const file = parseSealedFile(spawnSync('cat', [target], { encoding: 'utf8' }).stdout, target);
  expect(opened(file.encryptedData, 'strict')).toEqual({ text: Buffer.from('theirs'), empty: Buffer.alloc(0) });
  expect(file.sealedWith).toEqual(new Map([['empty', 'SHA256:x']]));
});

test('one raw value of kubeseal opens here', () => {
  const raw = run(['--raw', '--cert', certificate, '--namespace', NAMESPACE, '--name', NAME, '--from-file', write('value', 'a value\n')], '');
  expect(opened({ raw }, 'strict')).toEqual({ raw: Buffer.from('a value\n') });
});

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function run(args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(kubeseal, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

function sealed(scope: Scope, format: string): string {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.toString('base64')]));
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name: NAME, namespace: NAMESPACE }, data };
  return run(['--cert', certificate, '--scope', scope, '-o', format], JSON.stringify(secret));
}

function unsealed(text: string, keys: string): Readonly<Record<string, Buffer>> {
  const secret = JSON.parse(run(['--recovery-unseal', '--recovery-private-key', keys, '-o', 'json'], text)) as {
    data: Record<string, string | null>;
  };
  // Go prints no bytes as null.
  return Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, Buffer.from(value ?? '', 'base64')]));
}

function sealHere(value: Buffer, scope: Scope): string {
  return sealValue(value, createPublicKey(pair.certificatePem), labelFor(scope, NAMESPACE, NAME));
}

function opened(encryptedData: Readonly<Record<string, string>>, scope: Scope): Readonly<Record<string, Buffer | undefined>> {
  const key = createPrivateKey(pair.privateKeyPem);
  return Object.fromEntries(
    Object.entries(encryptedData).map(([name, text]) => [name, openValue(parseSealedValue(text)!, key, labelFor(scope, NAMESPACE, NAME))]),
  );
}
