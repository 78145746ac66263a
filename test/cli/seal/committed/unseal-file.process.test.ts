import { join } from 'node:path';
import { load } from 'js-yaml';
import { keySecret, printKeyList, type SealingPair } from '../../../../src/seal/key-secret';
import { sealingPair } from '../../../support/sealing-pair';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
const FILE = 'secrets/gke/dev/basic-auth.yaml';

interface Secret {
  readonly type: string;
  readonly metadata: object;
  readonly data: Readonly<Record<string, string>>;
}

const plain = (text: string) => Object.fromEntries(Object.entries((load(text) as Secret).data).map(([key, value]) => [key, atob(value)]));

test('prints the Secret to a pipe, as YAML or JSON, with what the template says of it', async () => {
  const { project, seal, piped } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const { status, stdout, stderr } = await piped(['seal', 'unseal', FILE, '--key', 'old.pem']);
  expect({ status, stderr, values: plain(stdout) }).toEqual({ status: 0, stderr: '', values: { user: 'admin-4411', password: 'hunter2-9f' } });
  expect(load(stdout)).toMatchObject({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'basic-auth', namespace: 'dev' }, type: 'Opaque' });

  const json = await piped(['seal', 'unseal', '-', '--key', 'old.pem', '-o', 'json'], { input: project.read(FILE) });
  expect(JSON.parse(json.stdout)).toEqual(load(stdout));
});

test('one of several keys is enough, given one by one or parted by commas, in PEM, as Secret or as List', async () => {
  const { project, seal, allow, piped } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const other = await sealingPair(1);
  const secret = (pair: SealingPair) => keySecret(pair, { namespace: 'kube-system', name: 'k' });
  project.write('other.json', JSON.stringify(secret(other)));
  project.write('list.yaml', printKeyList([secret(other), secret(project.key)]));
  for (const file of ['other.json', 'list.yaml']) allow(file);
  for (const keys of [
    ['--key', 'other.json', '--key', 'old.pem'],
    ['--key', 'other.json,old.pem'],
    ['--key', 'list.yaml'],
  ]) {
    const { status, stdout } = await piped(['seal', 'unseal', FILE, ...keys]);
    expect({ status, values: plain(stdout) }).toEqual({ status: 0, values: { user: 'admin-4411', password: 'hunter2-9f' } });
  }
});

test('values that no key opens are named, and the others are printed only where that is asked for', async () => {
  const { project, seal, piped } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const other = await sealingPair(1);
  project.write('other.pem', other.certificatePem);
  await project.fairlead(['seal', '--merge-into', FILE, '--cert', 'other.pem', '--from-literal', `password=${project.secret('swordfish-31')}`]);
  expect(await project.fairlead(['seal', 'unseal', FILE, '--key', 'old.pem'])).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/FL8343: .*none of 1 keys opens password/),
  });
  const partial = await piped(['seal', 'unseal', FILE, '--key', 'old.pem', '--partial']);
  expect({ status: partial.status, values: plain(partial.stdout) }).toEqual({ status: 1, values: { user: 'admin-4411' } });
});

test('a terminal is shown nothing, unless that is asked for', async () => {
  const { seal, onTerminal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const unseal = (...more: string[]) => onTerminal(['seal', 'unseal', FILE, '--key', 'old.pem', ...more]);
  expect(await unseal()).toMatchObject({ status: 1, stdout: expect.stringContaining('FL8334') });
  const shown = await unseal('--show');
  expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining(btoa('hunter2-9f')) });
});

test('what is no key says so without a piece of it', async () => {
  const { project, seal, allow } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  project.write('bad.yaml', `kind: Secret\nmetadata: {name: k}\nstringData:\n  tls.key: "${project.secret('zebra-crossing-77')}\n  oops: [`);
  allow('bad.yaml');
  expect(await project.fairlead(['seal', 'unseal', FILE, '--key', 'bad.yaml'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('bad.yaml'),
  });
  expect(await project.fairlead(['seal', 'unseal', FILE, '--key', 'absent.pem'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('FL8330: absent.pem cannot be read: it is not there'),
  });
  expect(await project.fairlead(['seal', 'unseal', FILE])).toMatchObject({ status: 1, stderr: expect.stringContaining('--key') });
});

test('templates are rendered as in the cluster, and not over values that are missing', async () => {
  const { project, seal, piped } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const template = `  template:\n    type: kubernetes.io/basic-auth\n    data:\n      url: "https://{{ .user }}@example.com"\n      user: "{{ .user | upper }}"\n`;
  project.write('sealed.yaml', project.read(FILE).replace(/ {2}template:[\s\S]*$/, '') + template);
  const engine = { FAIRLEAD_ENGINE: join(__dirname, '../../../../engine/bin/fairlead-engine') };
  const { status, stdout, stderr } = await piped(['seal', 'unseal', 'sealed.yaml', '--key', 'old.pem'], { env: engine });
  expect({ status, stderr, values: plain(stdout) }).toEqual({
    status: 0,
    stderr: '',
    values: { user: 'ADMIN-4411', password: 'hunter2-9f', url: 'https://admin-4411@example.com' },
  });
  expect(load(stdout)).toMatchObject({ type: 'kubernetes.io/basic-auth' });

  const other = await sealingPair(1);
  project.write('other.pem', other.certificatePem);
  const literal = `user=${project.secret('nobody-5512')}`;
  await project.fairlead(['seal', '--merge-into', 'sealed.yaml', '--cert', 'other.pem', '--from-literal', literal]);
  const partial = await piped(['seal', 'unseal', 'sealed.yaml', '--key', 'old.pem', '--partial'], { env: engine });
  expect({ status: partial.status, values: plain(partial.stdout) }).toEqual({ status: 1, values: { password: 'hunter2-9f' } });
});
