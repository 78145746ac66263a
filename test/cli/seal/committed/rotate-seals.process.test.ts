import { createPrivateKey, createPublicKey } from 'node:crypto';
import { fingerprintOf } from '../../../../src/seal/fingerprint';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import { sealingPair } from '../../../support/sealing-pair';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
const FILE = 'secrets/gke/dev/basic-auth.yaml';

test('offline, values go to the newest certificate and nothing else of the file changes', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  project.write(FILE, `# the doors of dev\n${project.read(FILE)}`);
  const before = project.read(FILE);
  const next = await sealingPair(1);
  project.write('certs/gke.pem', next.certificatePem + project.key.certificatePem);

  const run = await project.fairlead(['seal', 'rotate', '--key', 'old.pem']);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toMatch(/secrets\/gke\/dev\/basic-auth\.yaml +password, user/);
  const privateKey = createPrivateKey(next.privateKeyPem);
  expect(project.opened(FILE, privateKey)).toEqual({ user: 'admin-4411', password: 'hunter2-9f' });
  expect(project.opened(FILE)).toEqual({ user: undefined, password: undefined });
  const fingerprint = fingerprintOf(createPublicKey(privateKey));
  expect([...parseSealedFile(project.read(FILE), FILE).sealedWith.values()]).toEqual([fingerprint, fingerprint]);
  expect(bare(project.read(FILE))).toBe(bare(before));
  expect(project.read('dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml')).toContain(fingerprint);
});

test('what is sealed for the newest key already stays as it is, unless all are asked for', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const before = project.read(FILE);
  expect(await project.fairlead(['seal', 'rotate', '--key', 'old.pem'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/basic-auth\.yaml +2\n$/),
  });
  expect(project.read(FILE)).toBe(before);
  expect((await project.fairlead(['seal', 'rotate', '--key', 'old.pem', '--all'])).status).toBe(0);
  expect(project.read(FILE)).not.toBe(before);
  expect(project.opened(FILE)).toEqual({ user: 'admin-4411', password: 'hunter2-9f' });
});

test('a dry run says what it would do and writes nothing', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const before = project.read(FILE);
  const { status, stdout } = await project.fairlead(['seal', 'rotate', '--key', 'old.pem', '--all', '--dry-run']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('WOULD BE ROTATED') });
  expect(project.read(FILE)).toBe(before);
});

test('values that no key opens stay, are named with the command that seals them, and the rest is rotated', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const other = await sealingPair(1);
  project.write('other.pem', other.certificatePem);
  const third = await project.fairlead([
    'seal',
    '--merge-into',
    FILE,
    '--cert',
    'other.pem',
    '--from-literal',
    `password=${project.secret('swordfish-31')}`,
  ]);
  expect(third).toMatchObject({ status: 0 });
  const run = await project.fairlead(['seal', 'rotate', '--key', 'old.pem', '--all']);
  expect(run).toMatchObject({ status: 1, stdout: expect.stringContaining('fairlead seal gke/dev/basic-auth --from-file password=PATH') });
  expect(project.opened(FILE)).toEqual({ user: 'admin-4411', password: undefined });
  expect(project.opened(FILE, createPrivateKey(other.privateKeyPem)).password).toBe('swordfish-31');
});

test('the scope of a value stays its own, whatever the template says (CVE-2026-22728)', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const planted = project
    .read(FILE)
    .replace(/\n {2}template:\n/, '\n  template:\n    metadata:\n      annotations:\n        sealedsecrets.bitnami.com/cluster-wide: "true"\n');
  const withTemplate = planted.includes('cluster-wide')
    ? planted
    : `${planted}  template:\n    metadata:\n      annotations:\n        sealedsecrets.bitnami.com/cluster-wide: "true"\n`;
  project.write('sealed.yaml', withTemplate);
  const run = await project.fairlead(['seal', 'rotate', 'sealed.yaml', '--key', 'old.pem', '--cert', 'certs/gke.pem', '--all']);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(parseSealedFile(project.read('sealed.yaml'), 'sealed.yaml').scope).toBe('strict');
  expect(project.opened('sealed.yaml')).toEqual({ user: 'admin-4411', password: 'hunter2-9f' });
});

test('a certificate is for sealing offline alone', async () => {
  const { project } = world();
  const run = await project.fairlead(['seal', 'rotate', '--cert', 'certs/gke.pem']);
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8317: --cert cannot be given with a cluster') });
});

test('a file named by its path is rotated as the one of the program', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const run = await project.fairlead(['seal', 'rotate', '../secrets/gke/dev/basic-auth.yaml', '--key', '../old.pem', '--all'], { cwd: 'secrets' });
  expect(run).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('dist: 1 written') });
});

test('a file without a program needs a certificate to seal for', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  project.write('sealed.yaml', project.read(FILE));
  const run = await project.fairlead(['seal', 'rotate', 'sealed.yaml', '--key', 'old.pem']);
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8342') });
});

/** A sealed file without its values and what they were sealed for. */
function bare(text: string): string {
  return text.replace(/Ag[A-Za-z0-9+/=]{60,}|AQ[A-Za-z0-9+/=]{60,}/g, 'VALUE').replace(/SHA256:\S+ [0-9a-f]{8}/g, 'KEY');
}
