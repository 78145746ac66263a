import { encryptBackup } from '../../../../src/seal/backup';
import { keySecret, printKeyList } from '../../../../src/seal/key-secret';
import { sealingPair } from '../../../support/sealing-pair';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
const FILE = 'secrets/gke/dev/basic-auth.yaml';

test('offline, keys from files tell what is lost, value by value, with the command that makes it anew', async () => {
  const { project, seal } = world();
  project.program(`new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });`);
  await seal('user=admin-4411', 'password=hunter2-9f');
  expect(await project.fairlead(['seal', 'verify', '--key', 'old.pem'])).toEqual({
    status: 0,
    stderr: '',
    stdout: `FILE                              SECRET           RESULT\n${FILE}   dev/basic-auth   opens\n`,
  });
  const other = await sealingPair(1);
  project.write('other.crt', other.certificatePem);
  await project.fairlead(['seal', '--merge-into', FILE, '--cert', 'other.crt', '--from-literal', `password=${project.secret('swordfish-31')}`]);
  const run = await project.fairlead(['seal', 'verify', '--lost', '--key', 'old.pem']);
  expect(run).toMatchObject({ status: 1, stderr: '', stdout: expect.stringContaining('lost: password') });
  expect(run.stdout).toContain('to be made anew:\n  fairlead seal gke/dev/basic-auth --from-file password=PATH\n');
});

test('a key that the program asks for and nobody sealed is to be made too', async () => {
  const { project, seal } = world();
  project.program(`new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });`);
  await seal('user=admin-4411', 'password=hunter2-9f');
  project.program(`new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password', 'token'] });`);
  const run = await project.fairlead(['seal', 'verify', '--key', 'old.pem']);
  expect(run).toMatchObject({ status: 1, stdout: expect.stringContaining('fairlead seal gke/dev/basic-auth --from-file token=PATH\n') });
});

test('a file that is none, and a value that was cut, are told, and the others are looked at', async () => {
  const { project, seal } = world();
  project.program(`for (const name of ['basic-auth', 'bad', 'cut']) new SealedSecret(dev, name);`);
  project.write('secrets/gke/dev/bad.yaml', `kind: SealedSecret\napiVersion: [\n`);
  const sealed = `metadata:\n  name: cut\n  namespace: dev\nspec:\n  encryptedData:\n    token: AgBy8h\n`;
  project.write('secrets/gke/dev/cut.yaml', `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n${sealed}`);
  await seal('user=admin-4411', 'password=hunter2-9f').catch(() => undefined);
  const run = await project.fairlead(['seal', 'verify', '--key', 'old.pem', '-o', 'json']);
  expect(run.status).toBe(1);
  const byFile = Object.fromEntries((JSON.parse(run.stdout) as { file: string; result: string }[]).map(({ file, result }) => [file, result]));
  expect(byFile).toMatchObject({ 'secrets/gke/dev/bad.yaml': 'unreadable', 'secrets/gke/dev/cut.yaml': 'lost' });
});

test('a name that nothing has is refused with the nearest, and files of several clusters are asked for one by one', async () => {
  const { project } = world();
  expect(await project.fairlead(['seal', 'verify', 'basic-aut', '--key', 'old.pem'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/FL8339: .*basic-aut\n.*did you mean basic-auth/),
  });
  project.program(`new SealedSecret(dev, 'a', { keys: ['k'] });
const eks = new Cluster(platform, 'eks', { kubernetesVersion: '1.36' });
new SealedSecret(new Environment(eks, 'prod'), 'b', { keys: ['k'] });`);
  expect(await project.fairlead(['seal', 'verify'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('FL8340: the files are of several clusters: eks, gke'),
  });
});

test('a passphrase is asked for on the terminal, which does not show it', async () => {
  const { project, seal, onTerminal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const passphrase = project.secret('nine green bottles on a wall');
  const list = printKeyList([keySecret(project.key, { namespace: 'kube-system', name: 'k' })]);
  project.write('keys.age', await encryptBackup(list, passphrase, 10));
  const run = await onTerminal(['seal', 'verify', '--key', 'keys.age'], [passphrase]);
  expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/Passphrase of keys\.age: [\s\S]*opens/) });
  expect(run.stdout).not.toContain(passphrase);
});
