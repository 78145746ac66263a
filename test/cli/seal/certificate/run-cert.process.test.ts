import { createPrivateKey, createPublicKey } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificates } from '../../../../src/seal/certificate';
import { createSealingKey } from '../../../../src/seal/create-key';
import { fingerprintOf } from '../../../../src/seal/fingerprint';
import { sealingPair } from '../../../support/sealing-pair';
import type { Run, SealingProject } from '../sealing-project';
import { ServicesApi } from '../services-api';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
const cluster = ['--kubeconfig', 'kubeconfig'];

let project: SealingProject;
let api: ServicesApi;
/** What the controller gives, answers to /v1/verify and was asked for. */
let certificate: string;
let verify: (sealedSecret: string) => number;
let asked: string[];
beforeEach(async () => {
  ({ project } = world());
  certificate = '';
  verify = () => 200;
  asked = [];
  api = await ServicesApi.start(['kube-system/sealed-secrets-controller'], (_service, path, body) => {
    asked.push(path);
    return path === '/v1/cert.pem' ? { status: 200, body: certificate } : { status: verify(body) };
  });
  project.write('kubeconfig', api.kubeconfig);
});
afterEach(() => api.stop());

const cert = (...args: readonly string[]): Promise<Run> => project.fairlead(['seal', 'cert', ...args]);
const fingerprintIn = (pem: string) => parseCertificates(pem, 'test')[0]!.fingerprint;
const committed = () => parseCertificates(project.read('certs/gke.pem'), 'gke.pem').map(({ fingerprint }) => fingerprint);

async function newCertificate(): Promise<string> {
  return (await sealingPair(1)).certificatePem;
}

test('the first certificate is fetched through the API server, shown and written', async () => {
  rmSync(join(project.root, 'certs'), { recursive: true });
  certificate = await newCertificate();
  const { status, stdout, stderr } = await cert('gke', ...cluster);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('certs/gke.pem: wrote, from service kube-system/sealed-secrets-controller');
  expect(stdout).toContain(`seals for ${fingerprintIn(certificate)}, until 20`);
  expect(committed()).toEqual([fingerprintIn(certificate)]);
});

test('a renewed one that the cluster proves to be its is put before the older ones, and files for those are told', async () => {
  const before = committed();
  await project.fairlead(['seal', 'basic-auth', '--from-literal', `user=${project.secret('Admin-7c1')}`]);
  certificate = await newCertificate();
  const bodies: string[] = [];
  verify = (body) => bodies.push(body) && 200;
  const { status, stdout, stderr } = await cert('gke', ...cluster);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(committed()).toEqual([fingerprintIn(certificate), ...before]);
  expect(stdout).toContain(`before    ${before[0]}`);
  expect(stdout).toContain('1 file is sealed for other keys: fairlead seal rotate gke');
  expect(JSON.parse(bodies[0]!).metadata).toMatchObject({ name: 'basic-auth', namespace: 'dev' });

  expect(await cert('gke', ...cluster)).toMatchObject({ status: 0, stdout: expect.stringContaining('certs/gke.pem: unchanged') });
});

test('a key that the cluster does not prove to be its is refused with both, and --force takes it', async () => {
  const before = project.read('certs/gke.pem');
  certificate = await newCertificate();
  const none = await cert('gke', ...cluster);
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8313') });
  for (const fingerprint of [fingerprintIn(certificate), ...committed()]) expect(none.stderr).toContain(fingerprint);

  await project.fairlead(['seal', 'basic-auth', '--from-literal', `user=${project.secret('Admin-7c1')}`]);
  for (const [status, reason] of [
    [409, 'cannot open secrets/gke/dev/basic-auth.yaml'],
    [500, 'could not be asked'],
  ] as const) {
    verify = () => status;
    expect(await cert('gke', ...cluster)).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) });
  }
  expect(project.read('certs/gke.pem')).toBe(before);
  expect(await cert('gke', ...cluster, '--force')).toMatchObject({ status: 0 });
  expect(committed()[0]).toBe(fingerprintIn(certificate));
});

test('the key of another cluster is refused', async () => {
  project.program("new SealedSecret(new Environment(new Cluster(platform, 'eks', { kubernetesVersion: '1.36' }), 'x'), 'a');");
  certificate = project.key.certificatePem;
  const { status, stderr } = await cert('eks', ...cluster);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('is of cluster gke and not of eks') });
  expect(project.exists('certs/eks.pem')).toBe(false);
  expect(await cert(...cluster)).toMatchObject({ status: 1, stderr: expect.stringMatching(/FL8345.*\n.*eks, gke/) });
  expect(await cert('production', ...cluster)).toMatchObject({ status: 1, stderr: expect.stringContaining('there is eks, gke') });
});

test('--cert takes it from a file, and one that is over is refused', async () => {
  project.write('new.pem', await newCertificate());
  project.write('over.pem', (await createSealingKey({ bits: 2048, validDays: -1 })).certificatePem);
  expect(await cert('--cert', 'over.pem')).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8002') });
  expect(await cert('--cert', 'new.pem')).toMatchObject({ status: 0, stderr: '' });
  expect(committed()).toEqual([fingerprintIn(project.read('new.pem')), fingerprintOf(createPublicKey(createPrivateKey(project.key.privateKeyPem)))]);
  expect(asked).toEqual([]);
});

test('--print prints it, also outside of a platform', async () => {
  certificate = await newCertificate();
  const { status, stdout } = await project.fairlead(['seal', 'cert', '--print', '--kubeconfig', '../platform/kubeconfig'], { cwd: '../home' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: parseCertificates(certificate, 'test')[0]!.pem });
});

test('sealing without a construct takes the certificate of the cluster', async () => {
  certificate = project.key.certificatePem;
  const input = project.secret('hunter2-9f');
  const { status, stdout, stderr } = await project.fairlead(['seal', '--raw', '--scope', 'cluster-wide', ...cluster], { input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^[A-Za-z0-9+/]+=*$/);
});
