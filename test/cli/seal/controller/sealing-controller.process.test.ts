import { createPrivateKey, type KeyObject } from 'node:crypto';
import { parseCertificates } from '../../../../src/seal/certificate';
import type { SealingPair } from '../../../../src/seal/key-secret';
import { labelFor, scopeOf } from '../../../../src/seal/scope';
import { parseSealedFile } from '../../../../src/seal/sealed-file';
import type { SealedSecret } from '../../../../src/seal/sealed-secret';
import { openValue, parseSealedValue, sealValue } from '../../../../src/seal/sealed-value';
import { sealingPair } from '../../../support/sealing-pair';
import { type PodAnswer, ServicesApi } from '../services-api';
import { useSealingProject } from '../use-sealing-project';

const world = useSealingProject();
const FILE = 'secrets/gke/dev/basic-auth.yaml';
const UPSTREAM = 'kube-system/sealed-secrets-controller';
const CHART = 'kube-system/sealed-secrets';
const AGENT = 'flux-system/fairlead-agent';

let api: ServicesApi | undefined;
afterEach(() => api?.stop());

type Answer = Parameters<typeof ServicesApi.start>[1];

async function cluster(services: readonly string[], answer: Answer): Promise<void> {
  api = await ServicesApi.start(services, answer);
  world().project.write('kubeconfig', api.kubeconfig);
}

const fairlead = (...args: string[]) => world().project.fairlead([...args, '--kubeconfig', 'kubeconfig']);

/** A controller that opens with all of its keys and seals for the last. */
class Controller {
  constructor(readonly keys: SealingPair[]) {}

  answer = (_service: string, path: string, body: string): PodAnswer => {
    if (path === '/v1/cert.pem') return { status: 200, body: this.keys.at(-1)!.certificatePem };
    const sealed = JSON.parse(body) as SealedSecret;
    const { namespace = '', name, annotations } = sealed.metadata;
    const label = labelFor(scopeOf(annotations), namespace, name);
    const values = Object.entries(sealed.spec.encryptedData ?? {}).map(([key, text]) => [key, this.open(text, label)] as const);
    if (values.some(([, value]) => value === undefined)) return { status: path === '/v1/verify' ? 409 : 500 };
    return path === '/v1/verify' ? { status: 200 } : { status: 200, body: this.rotated(values as [string, Buffer][], label) };
  };

  protected rotated(values: readonly [string, Buffer][], label: Buffer): string {
    const { publicKey } = parseCertificates(this.keys.at(-1)!.certificatePem, 'test')[0]!;
    return JSON.stringify({ spec: { encryptedData: Object.fromEntries(values.map(([key, value]) => [key, sealValue(value, publicKey, label)])) } });
  }

  private open(text: string, label: Buffer): Buffer | undefined {
    const sealed = parseSealedValue(text)!;
    const keys: KeyObject[] = this.keys.map(({ privateKeyPem }) => createPrivateKey(privateKeyPem));
    return keys.map((key) => openValue(sealed, key, label)).find((value) => value !== undefined);
  }
}

test.each([
  ['upstream before its chart and the agent', [AGENT, CHART, UPSTREAM], UPSTREAM, []],
  ['the one there is', [AGENT], AGENT, []],
  ['one that answers before one without Pods', [UPSTREAM, AGENT], AGENT, [UPSTREAM]],
  ['the name that is given', [UPSTREAM, 'kube-system/mine'], 'kube-system/mine', [], '--controller-name', 'mine'],
  [
    'the usual names in the namespace that is given',
    [UPSTREAM, 'sealing/sealed-secrets'],
    'sealing/sealed-secrets',
    [],
    '--controller-namespace',
    'sealing',
  ],
] as [string, string[], string, string[], ...string[]][])('asks %s', async (_what, services, asked, down, ...options) => {
  const { project } = world();
  await cluster(services, (service, path) => {
    if (down.includes(service)) return undefined;
    return path === '/healthz' ? { status: 200 } : { status: 200, body: project.key.certificatePem };
  });
  expect(await fairlead('seal', 'cert', 'gke', ...options)).toMatchObject({ status: 0, stdout: expect.stringContaining(`from service ${asked}`) });
});

test('a controller is sent values and their scope, and nothing of the template', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  project.write(FILE, `${project.read(FILE).replace(/ {2}template:[\s\S]*$/, '')}  template:\n    data:\n      greeting: "hello {{ .user }}"\n`);
  const controller = new Controller([project.key, await sealingPair(1)]);
  const bodies: string[] = [];
  await cluster([UPSTREAM], (service, path, body) => {
    bodies.push(body);
    return controller.answer(service, path, body);
  });
  expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 0, stderr: '' });
  expect(bodies.join('')).not.toContain('hello');
  expect(project.read(FILE)).toContain('hello {{ .user }}');
});

test('of an answer only the values that were asked for are taken', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const next = await sealingPair(1);
  const controller = new Controller([project.key, next]);
  await cluster([UPSTREAM], (...asked) => {
    const answer = controller.answer(...asked);
    if (asked[1] !== '/v1/rotate') return answer;
    const { spec } = JSON.parse(answer.body!) as { spec: { encryptedData: object } };
    const metadata = { name: 'other', annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } };
    return {
      status: 200,
      body: JSON.stringify({ metadata, spec: { encryptedData: { ...spec.encryptedData, planted: 'AgBy' }, template: { data: { x: 'y' } } } }),
    };
  });
  expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 0, stderr: '' });
  expect(project.opened(FILE, createPrivateKey(next.privateKeyPem))).toEqual({ user: 'admin-4411', password: 'hunter2-9f' });
  expect(project.read(FILE)).not.toMatch(/cluster-wide|planted|x: y/);
});

test.each([
  ['lacks one', (text: string) => text.replace('"user"', '"somebody"'), 'FL8328'],
  ['is no JSON', () => 'sorry', 'FL8328'],
  ['has values it cannot open', (text: string) => text.replace(/"A[A-Za-z0-9+/]{40}/, '"AQBjunkjunkjunkjunkjunkjunkjunkjunkjunkjunk'), 'FL8328'],
])('an answer that %s leaves every file as it is', async (_what, spoil, code) => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const before = [project.read(FILE), project.read('certs/gke.pem')];
  const controller = new Controller([project.key, await sealingPair(1)]);
  await cluster([UPSTREAM], (...asked) => {
    const { status, body } = controller.answer(...asked);
    return asked[1] === '/v1/rotate' && status === 200 ? { status, body: spoil(body!) } : { status, body };
  });
  expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 1, stderr: expect.stringContaining(code) });
  expect([project.read(FILE), project.read('certs/gke.pem')]).toEqual(before);
});

test('what a controller leaves as it is counts as kept, and is recorded', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const before = project.read(FILE);
  const controller = new Controller([project.key]);
  await cluster([UPSTREAM], (...asked) => (asked[1] === '/v1/rotate' ? { status: 200, body: asked[2] } : controller.answer(...asked)));
  const all = await fairlead('seal', 'rotate', '--all');
  expect(all).toMatchObject({ status: 0, stdout: expect.stringMatching(/basic-auth\.yaml +2 *\n$/) });
  project.write(FILE, before.replace(/ {4}fairlead.dev\/sealed-with: [\s\S]*?(?= {2}name:)/, ''));
  expect(project.read(FILE)).not.toContain('sealed-with');
  expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 0, stdout: expect.stringMatching(/basic-auth\.yaml +2 *\n/) });
  expect(parseSealedFile(project.read(FILE), FILE)).toEqual(parseSealedFile(before, FILE));
});

test('a key that changes while values are sealed leaves every file as it is', async () => {
  const { project, seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  const before = [project.read(FILE), project.read('certs/gke.pem')];
  const third = await sealingPair(2);
  const controller = new Controller([project.key, await sealingPair(1)]);
  await cluster([UPSTREAM], (...asked) => {
    const answer = controller.answer(...asked);
    if (asked[1] === '/v1/rotate' && controller.keys.length === 2) controller.keys.push(third);
    return answer;
  });
  expect(await fairlead('seal', 'rotate')).toMatchObject({ status: 1, stderr: expect.stringContaining('FL8341') });
  expect([project.read(FILE), project.read('certs/gke.pem')]).toEqual(before);
});

test('a controller that refuses says why, of each file', async () => {
  const { seal } = world();
  await seal('user=admin-4411', 'password=hunter2-9f');
  await cluster([AGENT], () => ({ status: 401, body: 'FL8140: who asks is not known\nsend a bearer token\n' }));
  expect(await fairlead('seal', 'verify')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('answered /v1/verify with status 401: FL8140: who asks is not known; send a bearer token'),
  });
});
