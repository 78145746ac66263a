import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyAll } from '../../demo/bootstrap';
import { kinds } from '../../src/model/kinds';
import { annotations, fieldManagers } from '../../src/model/labels';
import type { KubeObject } from '../../src/model/object';
import { parseCertificates } from '../../src/seal/certificate';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret } from '../../src/seal/key-secret';
import { SCOPES } from '../../src/seal/scope';
import { parseSealedFile, type SealedFile } from '../../src/seal/sealed-file';
import type { SealedSecret } from '../../src/seal/sealed-secret';
import { BUILD_TIMEOUT_MS } from '../support/bed';
import { encryptedIn, eventOf, managersOf, sealedManifest, shapeOf } from '../support/sealed-objects';
import { CLUSTER, ENVIRONMENT, SealedProgram } from '../support/sealed-program';
import { SealedSecretsController } from '../support/sealed-secrets-controller';
import { CONTROLLER_NAME, CONTROLLER_NAMESPACE, CONTROLLER_PORT } from '../support/sealed-secrets-manifests';
import { createSealed, digestsOf, secretManifest, someValues, untilSecret, untilSynced, type Values } from '../support/sealed-values';
import { SealingCluster } from '../support/sealing-cluster';

const NAMESPACE = ENVIRONMENT;
const PASSPHRASE = 'twelve horses and a battery';
const TIMEOUT_MS = 240_000;

let cluster: SealingCluster;
let program: SealedProgram;
let upstream: SealedSecretsController;
let folder: string;
/** Files of the certificate of their key, and of ours. */
let theirs: string;
let ours: string;
/** Everything that was sealed, by the name of its Secret. */
const secrets = new Map<string, Values>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-interop-'));
  [theirs, ours] = ['theirs.pem', 'ours.pem'].map((name) => join(folder, name)) as [string, string];
  cluster = await SealingCluster.create();
  await applyAll(cluster.client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
  program = await SealedProgram.create(SCOPES.map((scope) => `new SealedSecret(apps, '${scope}');`).join('\n'));
  upstream = await SealedSecretsController.install(cluster.bed, cluster.client, ['--kubeclient-qps=100', '--kubeclient-burst=100']);
  writeFileSync(theirs, await cluster.kubeseal(['--fetch-cert']));
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await upstream?.stop();
  await cluster?.destroy();
  await program?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}, TIMEOUT_MS);

describe('while their controller is at work', () => {
  test.each(SCOPES)('kubeseal seals with scope %s, their controller unseals', async (scope) => {
    const { name, input, values } = secret(`kubeseal-${scope}`, { large: true });
    await createSealed(cluster.client, await cluster.kubeseal(['--cert', theirs, '--scope', scope], { input }));
    await unsealed(name, values);
  });

  test.each(SCOPES)('we seal with scope %s, their controller unseals', async (scope) => {
    const { name, input, values } = secret(`seal-${scope}`, { large: true });
    await createSealed(cluster.client, await cluster.fairlead(['seal', '--cert', theirs, '--scope', scope, '-o', 'json'], { input }));
    await unsealed(name, values);
  });

  test('kubeseal validates and re-encrypts what we sealed', async () => {
    const { name, input, values } = secret('re-encrypted-by-them');
    const before = await cluster.fairlead(['seal', '--cert', theirs, '-o', 'json'], { input });
    await cluster.kubeseal(['--validate'], { input: before });
    const after = await cluster.kubeseal(['--re-encrypt'], { input: before });
    for (const key of Object.keys(values)) expect(encryptedIn(after)[key]).not.toBe(encryptedIn(before)[key]);
    await createSealed(cluster.client, after);
    await unsealed(name, values);
  });

  test('our agent steps back: it unseals nothing, makes no key and says nothing in status', async () => {
    cluster.startAgent();
    await cluster.untilLogged('another controller of SealedSecrets is at work');
    const { name, input, values } = secret('beside');
    await createSealed(cluster.client, await cluster.kubeseal(['--cert', theirs], { input }));
    await untilSynced(cluster.client, NAMESPACE, name);
    expect(managersOf(await unsealed(name, values))).toEqual([CONTROLLER_NAME]);
    expect(await cluster.keys()).toHaveLength(1);
    for (const object of await cluster.client.list(kinds.SealedSecret)) expect(managersOf(object, 'status')).toEqual([CONTROLLER_NAME]);
    await cluster.stopAgent();
  });

  test('their controller tells of success and failure', async () => {
    await tellsOf('kubeseal-strict', 'refused-by-them');
  });

  test('their controller unseals what synth wrote', async () => {
    await program.fairlead(cluster, ['seal', 'cert', CLUSTER]);
    expect(committedFingerprints()).toEqual([fingerprintIn(theirs)]);
    for (const scope of SCOPES) await program.seal(cluster, scope, secret(scope).values, '--scope', scope);
    await program.publish(cluster, 'Sealed');
    await cluster.bed.kubectl(['apply', '--recursive', '-f', join(program.folder, 'dist', CLUSTER, ENVIRONMENT)]);
    for (const scope of SCOPES) await unsealed(scope, secrets.get(scope)!);
  });

  test('seal verify and rotate ask their controller', async () => {
    await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
    const before = await committedFiles();
    await program.fairlead(cluster, ['seal', 'rotate', CLUSTER, '--all']);
    for (const [index, file] of (await committedFiles()).entries()) {
      expect({ ...file, encryptedData: {} }).toEqual({ ...before[index], encryptedData: {} });
      for (const [key, value] of Object.entries(file.encryptedData)) expect(value).not.toBe(before[index]!.encryptedData[key]);
    }
    await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
  });
});

describe('once our agent took over', () => {
  beforeAll(async () => {
    cluster.startAgent('--take-over');
    await upstream.gone();
    expect(upstream.isRunning).toBe(false);
    await cluster.untilServing(readFileSync(theirs, 'utf8'));
  }, TIMEOUT_MS);

  test.each(SCOPES)('kubeseal seals with scope %s, our agent unseals with their key', async (scope) => {
    const { name, input, values } = secret(`taken-over-${scope}`, { large: true });
    await createSealed(cluster.client, await cluster.kubeseal(['--cert', theirs, '--scope', scope], { input }));
    await untilSynced(cluster.client, NAMESPACE, name);
    expect(managersOf(await unsealed(name, values))).toEqual([fieldManagers.secrets]);
    expect(await cluster.keys()).toHaveLength(1);
  });

  test('our agent tells of success and failure as their controller does', async () => {
    await tellsOf('taken-over-strict', 'refused-by-us');
  });

  test('what their controller had unsealed is left as it is', async () => {
    for (const name of [...SCOPES.flatMap((scope) => [`kubeseal-${scope}`, `seal-${scope}`]), 'beside']) {
      await untilSynced(cluster.client, NAMESPACE, name);
      const found = await unsealed(name, secrets.get(name)!);
      expect(found.metadata.ownerReferences).toMatchObject([{ kind: 'SealedSecret', name, controller: true }]);
    }
  });

  test.each(SCOPES)('kubeseal seals single values with scope %s, our agent unseals them', async (scope) => {
    const { name, values } = secret(`raw-${scope}`);
    const encryptedData: Record<string, string> = {};
    for (const [key, value] of Object.entries(values)) {
      const file = join(folder, key);
      writeFileSync(file, value);
      const args = ['--raw', '--scope', scope, '--namespace', NAMESPACE, '--name', name, '--from-file', file];
      encryptedData[key] = await cluster.kubeseal([...args, ...cluster.door.options]);
      rmSync(file);
    }
    await createSealed(cluster.client, sealedManifest(NAMESPACE, name, encryptedData, scope));
    await unsealed(name, values);
  });

  test('kubeseal validates against our agent', async () => {
    const { input } = secret('validated');
    const good = await cluster.kubeseal(['--cert', theirs], { input });
    await cluster.kubeseal(['--validate', ...cluster.door.options], { input: good });
    const renamed = good.replaceAll('"validated"', '"renamed"');
    await expect(cluster.kubeseal(['--validate', ...cluster.door.options], { input: renamed })).rejects.toThrow(/unable to decrypt sealed secret/);
  });

  test('a key of ours is used at once, and kubeseal re-encrypts for it', async () => {
    const { privateKeyPem, certificatePem } = await createSealingKey({});
    await cluster.client.create(keySecret({ privateKeyPem, certificatePem }, { namespace: CONTROLLER_NAMESPACE }));
    await cluster.untilServing(certificatePem);
    writeFileSync(ours, await cluster.kubeseal(['--fetch-cert', ...cluster.door.options]));
    expect(parseCertificates(readFileSync(ours, 'utf8'), ours)[0]!.pem).toBe(parseCertificates(certificatePem, 'new')[0]!.pem);

    for (const scope of SCOPES) {
      const { name, input, values } = secret(`rotated-${scope}`);
      const before = await cluster.kubeseal(['--cert', theirs, '--scope', scope], { input });
      const after = await cluster.kubeseal(['--re-encrypt', ...cluster.door.options], { input: before });
      expect(shapeOf(after)).toEqual(shapeOf(before));
      for (const key of Object.keys(values)) expect(encryptedIn(after)[key]).not.toBe(encryptedIn(before)[key]);
      await createSealed(cluster.client, after);
      await unsealed(name, values);
    }
  });

  test('seal cert, verify and rotate ask our agent', async () => {
    await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
    await program.fairlead(cluster, ['seal', 'cert', CLUSTER]);
    expect(committedFingerprints()).toEqual([fingerprintIn(ours), fingerprintIn(theirs)]);
    await program.fairlead(cluster, ['seal', 'rotate', CLUSTER]);
    for (const file of await committedFiles()) {
      expect(new Set(Object.keys(file.encryptedData).map((key) => file.sealedWith.get(key)))).toEqual(new Set([fingerprintIn(ours)]));
    }
    await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
  });

  test('a re-encrypted value opens under no other scope, whatever its template says', async () => {
    const { input } = secret('widened');
    const asked = JSON.parse(await cluster.kubeseal(['--cert', theirs], { input })) as SealedSecret;
    const widened = { ...asked, spec: { ...asked.spec, template: { metadata: { annotations: { [annotations.sealedClusterWide]: 'true' } } } } };
    const answer = await cluster.kubeseal(['--re-encrypt', ...cluster.door.options], { input: JSON.stringify(widened) });
    const stolen = sealedManifest(NAMESPACE, 'stolen', encryptedIn(answer), 'cluster-wide');
    await expect(cluster.kubeseal(['--validate', ...cluster.door.options], { input: stolen })).rejects.toThrow(/unable to decrypt sealed secret/);
  });

  test('what speaks to our agent past the API server may only have the certificate', async () => {
    const { input } = secret('direct');
    const body = await cluster.kubeseal(['--cert', ours], { input });
    expect(await askDirectly('GET', '/v1/cert.pem')).toBe(200);
    for (const path of ['/v1/verify', '/v1/rotate']) expect(await askDirectly('POST', path, body)).toBe(401);
  });

  test('our backup opens with kubeseal --recovery-unseal', async () => {
    const backup = join(folder, 'keys.age');
    const env = { FAIRLEAD_PASSPHRASE: PASSPHRASE };
    await cluster.fairlead(['seal', 'backup', '-o', backup], { env });
    const keys = join(folder, 'keys.yaml');
    writeFileSync(keys, await cluster.fairlead(['seal', 'backup', '--open', backup], { env }), { mode: 0o600 });
    for (const [index, certificate] of [theirs, ours].entries()) {
      const { input, values } = secret(`recovered-${index}`, { large: true });
      const file = await cluster.fairlead(['seal', '--cert', certificate, '-o', 'json'], { input });
      const plain = await cluster.kubeseal(['--recovery-unseal', '--recovery-private-key', keys], { input: file });
      expect(digestsOf(JSON.parse(plain) as KubeObject)).toEqual(digestsOf(values));
      const byUs = await cluster.fairlead(['seal', 'unseal', '-', '--key', backup, '-o', 'json'], { input: file, env });
      expect(digestsOf(JSON.parse(byUs) as KubeObject)).toEqual(digestsOf(values));
    }
    rmSync(keys);
  });
});

describe('once their controller is back', () => {
  test('our agent steps back, and theirs opens what was sealed for our key', async () => {
    const before = await cluster.logged(); // it said so before it took over
    await upstream.scale(1);
    await upstream.serving();
    await cluster.untilLogged('another controller of SealedSecrets is at work', before);
    writeFileSync(theirs, await cluster.kubeseal(['--fetch-cert']));
    expect(readFileSync(theirs, 'utf8')).toBe(readFileSync(ours, 'utf8'));
    const { name, input, values } = secret('back');
    await createSealed(cluster.client, await cluster.kubeseal(['--cert', ours], { input }));
    expect(managersOf(await unsealed(name, values))).toEqual([CONTROLLER_NAME]);
    expect(await cluster.keys()).toHaveLength(2);
  });

  test('nothing of what was sealed was told', async () => {
    expect(secrets.size).toBeGreaterThan(20);
    const values = [...secrets.values()].flatMap((one) => Object.values(one));
    expect(await cluster.findPlaintext([...values, Buffer.from(PASSPHRASE)], { paths: [folder, program.folder] })).toEqual([]);
  });
});

/** What is said of a Secret that was unsealed, and of values that were sealed for another name. */
async function tellsOf(opened: string, refused: string): Promise<void> {
  expect(await untilSynced(cluster.client, NAMESPACE, opened)).toBe('');
  expect(await eventOf(cluster.client, NAMESPACE, opened)).toMatchObject({
    type: 'Normal',
    reason: 'Unsealed',
    message: 'SealedSecret unsealed successfully',
  });

  const { input } = secret('other-name');
  await createSealed(
    cluster.client,
    sealedManifest(NAMESPACE, refused, encryptedIn(await cluster.kubeseal(['--cert', theirs], { input })), 'strict'),
  );
  const why = expect.stringMatching(/no key could decrypt secret \((binary|empty|password)(, (binary|empty|password)){2}\)/);
  expect(await untilSynced(cluster.client, NAMESPACE, refused, 'False')).toEqual(why);
  expect(await eventOf(cluster.client, NAMESPACE, refused)).toMatchObject({ type: 'Warning', reason: 'ErrUnsealFailed', message: why });
}

/** Certificates that the program's values are sealed for, newest first. */
function committedFingerprints(): string[] {
  return parseCertificates(readFileSync(join(program.folder, `certs/${CLUSTER}.pem`), 'utf8'), 'certs').map(({ fingerprint }) => fingerprint);
}

function fingerprintIn(certificate: string): string {
  return parseCertificates(readFileSync(certificate, 'utf8'), certificate)[0]!.fingerprint;
}

/** The program's sealed files, by scope. */
function committedFiles(): Promise<SealedFile[]> {
  const paths = SCOPES.map((scope) => join(program.folder, 'secrets', CLUSTER, ENVIRONMENT, `${scope}.yaml`));
  return Promise.all(paths.map(async (path) => parseSealedFile(await readFile(path, 'utf8'), path)));
}

/** A Secret with values of its own. */
function secret(name: string, options: { readonly large?: boolean } = {}): { name: string; input: string; values: Values } {
  const values = someValues(options);
  secrets.set(name, values);
  return { name, input: secretManifest(NAMESPACE, name, values), values };
}

async function unsealed(name: string, values: Values): Promise<KubeObject> {
  const found = await untilSecret(cluster.client, NAMESPACE, name);
  expect(digestsOf(found)).toEqual(digestsOf(values));
  return found;
}

/** From an address that is not trusted; the API server comes from the very one it goes to. Gives the status. */
async function askDirectly(method: string, path: string, body = ''): Promise<number | undefined> {
  const { ip } = cluster.door;
  const asked = request({ host: ip, port: CONTROLLER_PORT, method, path, localAddress: '127.0.0.1' }).end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
