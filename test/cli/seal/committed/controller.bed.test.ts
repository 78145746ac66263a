import { createPrivateKey } from 'node:crypto';
import { applyCrds } from '../../../../demo/bootstrap';
import { RawKubeClient } from '../../../../src/kube/client';
import { readKubeconfig } from '../../../../src/kube/kubeconfig';
import { labels } from '../../../../src/model/labels';
import { parseCertificates } from '../../../../src/seal/certificate';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret, type SealingPair } from '../../../../src/seal/key-secret';
import { SCOPES } from '../../../../src/seal/scope';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import { BUILD_TIMEOUT_MS, useBed } from '../../../support/bed';
import { SealedSecretsController } from '../../../support/sealed-secrets-controller';
import { useSealingProject } from '../use-sealing-project';

const bed = useBed({ registry: false, git: false });
const world = useSealingProject();
const TIMEOUT_MS = 300_000;
const FILE = 'secrets/gke/dev/basic-auth.yaml';
const SECRET = { group: '', version: 'v1', kind: 'Secret' } as const;

let client: RawKubeClient;
let controller: SealedSecretsController;
beforeAll(async () => {
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  await applyCrds(client);
  controller = await SealedSecretsController.install(bed(), client);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await controller?.stop();
  client?.close();
}, TIMEOUT_MS);

beforeEach(async () => {
  for (const { metadata } of await client.list(SECRET, { namespace: 'kube-system', labelSelector: labels.sealingKey })) {
    await client.delete({ ...SECRET, namespace: 'kube-system', name: metadata.name });
  }
  await hasKeys(world().project.key);
}, TIMEOUT_MS);

/** Has the controller know more keys, of which the last is the newest. */
async function hasKeys(...pairs: readonly SealingPair[]): Promise<void> {
  for (const pair of pairs) await client.create(keySecret(pair, { namespace: 'kube-system' }));
  await controller.scale(0);
  await controller.gone();
  await controller.scale(1);
  await controller.serving();
}

/** A key that is newer than all before: certificates know whole seconds. */
async function newerKey(): Promise<SealingPair> {
  await new Promise((resolve) => setTimeout(resolve, 1100));
  return await createSealingKey({ bits: 2048 });
}

/** Changed rights count a moment after they were written. */
async function readerMaySee(expected: boolean): Promise<void> {
  const question = ['auth', 'can-i', 'get', 'services/sealed-secrets-controller', '-n', 'kube-system', '--as=system:serviceaccount:people:reader'];
  const may = () =>
    bed()
      .kubectl(question)
      .then(
        () => true,
        () => false,
      );
  while ((await may()) !== expected);
}

const fairlead = (...args: string[]) => world().project.fairlead([...args, '--kubeconfig', bed().kubeconfig]);

test(
  'verify says what the cluster opens, what it does not, and what was never sealed',
  async () => {
    const { project, seal } = world();
    project.program(`new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });`);
    await seal('user=admin-4411', 'password=hunter2-9f');
    expect(await fairlead('seal', 'verify')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/dev\/basic-auth +opens\n/) });

    const other = await createSealingKey({ bits: 2048 });
    project.write('other.crt', other.certificatePem);
    await project.fairlead(['seal', '--merge-into', FILE, '--cert', 'other.crt', '--from-literal', `password=${project.secret('swordfish-31')}`]);
    project.program(`for (const name of ['basic-auth', 'later']) new SealedSecret(dev, name, { keys: ['user', 'password'] });`);
    const whole = await fairlead('seal', 'verify');
    expect(whole).toMatchObject({ status: 1, stdout: expect.stringMatching(/cannot be opened\n[\s\S]*is not there\n/) });
    expect(whole.stdout).toContain('fairlead seal gke/dev/later --from-file user=PATH --from-file password=PATH');
    const lost = await fairlead('seal', 'verify', 'dev/basic-auth', '--lost', '-o', 'json');
    expect({ status: lost.status, found: JSON.parse(lost.stdout) }).toEqual({
      status: 1,
      found: [
        {
          file: FILE,
          secret: 'dev/basic-auth',
          result: 'lost',
          lost: ['password'],
          command: 'fairlead seal gke/dev/basic-auth --from-file password=PATH',
        },
      ],
    });
  },
  TIMEOUT_MS,
);

test.each(SCOPES)(
  'rotate has the cluster seal values of scope %s for its newest key, keeps template and certificates, and synthesizes',
  async (scope) => {
    const { project } = world();
    const literals = ['user=admin-4411', 'password=hunter2-9f'].flatMap((value) => ['--from-literal', value]);
    project.secret('hunter2-9f');
    expect(await project.fairlead(['seal', 'basic-auth', '--scope', scope, ...literals])).toMatchObject({ status: 0 });
    const template = '  template:\n    data:\n      password: "{{ .password }}-rendered"\n      url: "https://{{ .user }}@example.com"\n';
    project.write(FILE, project.read(FILE).includes('  template:') ? project.read(FILE) : project.read(FILE) + template);
    const before = parseSealedFile(project.read(FILE), FILE);
    const next = await newerKey();
    await hasKeys(next);

    const dry = await fairlead('seal', 'rotate', '--dry-run');
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('WOULD BE ROTATED') });
    expect(parseSealedFile(project.read(FILE), FILE)).toEqual(before);

    expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('password, user') });
    const after = parseSealedFile(project.read(FILE), FILE);
    expect(project.opened(FILE, createPrivateKey(next.privateKeyPem))).toEqual({ user: 'admin-4411', password: 'hunter2-9f' });
    expect({ ...after, encryptedData: {}, sealedWith: {} }).toEqual({ ...before, encryptedData: {}, sealedWith: {} });
    const [newest, older] = parseCertificates(project.read('certs/gke.pem'), 'certs/gke.pem');
    expect([...after.sealedWith.values()]).toEqual([newest!.fingerprint, newest!.fingerprint]);
    expect([newest!.pem, older!.pem]).toEqual([next.certificatePem, project.key.certificatePem]);
    expect(project.read('dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml')).toContain(newest!.fingerprint);

    const text = project.read(FILE);
    expect((await fairlead('seal', 'rotate')).status).toBe(0);
    expect(project.read(FILE)).toBe(text);
  },
  TIMEOUT_MS,
);

test(
  'a cluster that opens nothing of what is committed has nothing written, its certificate neither',
  async () => {
    const { project, seal } = world();
    const own = await createSealingKey({ bits: 2048 });
    project.write('certs/gke.pem', own.certificatePem);
    await seal('user=admin-4411', 'password=hunter2-9f');
    const before = project.read(FILE);
    expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 1, stdout: expect.stringContaining('to be made anew') });
    expect([project.read(FILE), project.read('certs/gke.pem')]).toEqual([before, own.certificatePem]);
  },
  TIMEOUT_MS,
);

test(
  'a cluster without a controller, and a controller without Pods, say so',
  async () => {
    const { seal } = world();
    await seal('user=admin-4411', 'password=hunter2-9f');
    expect(await fairlead('seal', 'verify', '--controller-name', 'nobody')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'FL8327: the cluster has no controller of sealed secrets that can be seen: none of the Services kube-system/nobody',
      ),
    });
    await controller.scale(0);
    await controller.gone();
    expect(await fairlead('seal', 'verify')).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8326') });
    await controller.scale(1);
    await controller.serving();
  },
  TIMEOUT_MS,
);

test(
  "upstream's role is enough to ask, and what is missing without it is named",
  async () => {
    const { project, seal } = world();
    await seal('user=admin-4411', 'password=hunter2-9f');
    await bed().kubectl(['create', 'namespace', 'people']);
    await bed().kubectl(['create', 'serviceaccount', 'reader', '-n', 'people']);
    const kubeconfig = await bed().serviceAccountKubeconfig('people', 'reader');
    const verify = () => project.fairlead(['seal', 'verify', '--kubeconfig', kubeconfig]);
    expect(await verify()).toMatchObject({ status: 0, stderr: '' });
    await bed().kubectl(['delete', 'rolebinding', 'sealed-secrets-service-proxier', '-n', 'kube-system']);
    await readerMaySee(false);
    expect(await verify()).toMatchObject({ status: 1, stderr: expect.stringMatching(/FL8327.*cannot get resource "services"/) });
    await bed().kubectl(['create', 'role', 'see', '--verb=get', '--resource=services', '-n', 'kube-system']);
    await bed().kubectl(['create', 'rolebinding', 'see', '--role=see', '--serviceaccount=people:reader', '-n', 'kube-system']);
    await readerMaySee(true);
    const reason = expect.stringMatching(/FL8325: .*\n.*allow create on services\/proxy with resourceNames http:sealed-secrets-controller:/);
    await expect(verify()).resolves.toMatchObject({ status: 1, stderr: reason });
  },
  TIMEOUT_MS,
);
