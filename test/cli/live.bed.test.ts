import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AGENT_NAMESPACE } from '../../demo/world';
import { kinds } from '../../src/model/kinds';
import { printSuspension, SUSPENSIONS, suspensionKey } from '../../src/model/suspension';
import { usePodinfo } from '../support/podinfo';
import { PodinfoImages } from '../support/podinfo-images';
import { runCli } from './live/run-cli';

const TIMEOUT_MS = 400_000;
const podinfo = usePodinfo();
let images: PodinfoImages;

beforeAll(async () => {
  images = new PodinfoImages(podinfo());
  await images.start();
  await podinfo().repository.pull();
  await podinfo().converged(await podinfo().bare.head());
}, TIMEOUT_MS);

/** Runs in the clone, where the program is too. */
function fairlead(...args: string[]) {
  const { bed, repository, imageRepository } = podinfo();
  const env = { KUBECONFIG: bed.kubeconfig, IMAGE_REPOSITORY: imageRepository, REPOSITORY_URL: originOf(repository.folder), NO_COLOR: '1' };
  return runCli(args, { cwd: repository.folder, env });
}

function originOf(folder: string): string {
  return spawnSync('git', ['remote', 'get-url', 'origin'], { cwd: folder, encoding: 'utf8' }).stdout.trim();
}

async function json(...args: string[]) {
  const { stdout, stderr } = await fairlead(...args, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test(
  'status has the fleet on one screen: environments, releases, what they run, and what people should know',
  async () => {
    const { status, stdout } = await fairlead('status');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^gke {2}ready, Kubernetes v1\.\d+\.\d+, context fairlead-testbed, agent \S+, podinfo-environments main@[0-9a-f]{7} fetched /,
    );
    expect(stdout).toMatch(/ENVIRONMENT +RELEASE +READY +REVISION +CHANGED +CHART +IMAGES/);
    expect(stdout).toMatch(/ {2}dev +podinfo-dev +True +v\d+ .* podinfo@0\.1\.0 +podinfo:dev-/);
    expect(stdout).toContain('sealing keys never saved');
    const [{ layers, ready }] = await json('status', 'prod');
    expect({ ready, names: layers.map(({ name }: { name: string }) => name) }).toEqual({ ready: true, names: ['prod'] });
  },
  TIMEOUT_MS,
);

test(
  'get, tree, events and history tell of the same world',
  async () => {
    const [got, tree, events, history] = await Promise.all([
      fairlead('get', 'hr'),
      fairlead('tree', 'dev'),
      json('events', 'dev'),
      json('history', 'dev'),
    ]);
    expect(got.stdout).toMatch(/^NAMESPACE +NAME +READY +CHART +REVISION +AGE +MESSAGE\ndev +podinfo-dev +True +podinfo@0\.1\.0 +v\d/);
    expect(tree.status).toBe(0);
    expect(tree.stdout).toMatch(/^Kustomization\/flux-system\/dev +Ready/);
    expect(tree.stdout).toMatch(
      /│ {3}└── Secret\/dev\/basic-auth +Ready[\s\S]*└── HelmRelease\/dev\/podinfo-dev[\s\S]*Deployment\/dev\/podinfo-dev[\s\S]*Pod\/dev\/podinfo-dev-/,
    );
    const inNamespace = await fairlead('tree', '-n', 'dev');
    expect(inNamespace.stdout).toMatch(/^HelmRelease\/dev\/podinfo-dev +Ready/m);
    expect(inNamespace.stdout).not.toMatch(/Kustomization\/|\/(?:prod|stg)\//);
    expect(await fairlead('tree', '-n', 'nope')).toMatchObject({ status: 0, stdout: 'nothing that is applied lies in namespace nope\n' });
    const about = new Set(events.map(({ object }: { object: string }) => object));
    expect([...about]).toEqual(
      expect.arrayContaining([
        'Kustomization/flux-system/dev',
        'HelmRelease/dev/podinfo-dev',
        'Deployment/dev/podinfo-dev',
        'SealedSecret/dev/basic-auth',
      ]),
    );
    expect([...about].some((object) => /\/(?:prod|stg)\//.test(object as string))).toBe(false);
    expect(history[0]).toMatchObject({ outcome: 'Ready', commit: await podinfo().bare.head(), author: 'fairlead' });
    const [deployed] = await json('history', 'dev/podinfo-dev');
    expect(deployed).toMatchObject({
      outcome: 'deployed',
      chart: 'podinfo@0.1.0',
      changes: [expect.stringMatching(/^podinfo dev-kb9lm91e -> dev-/)],
    });
  },
  TIMEOUT_MS,
);

test(
  'reconcile asks, waits and says how it ended; what is suspended is not waited for',
  async () => {
    expect(await fairlead('reconcile', 'dev', '--with-source')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^GitRepository\/.*: stored artifact.*\nKustomization\/flux-system\/dev: Applied revision: main@[0-9a-f]{7}$/m),
    });
    expect(await fairlead('reconcile', 'sealedsecret/basic-auth')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('fairlead reconcile Kustomization/dev -n flux-system'),
    });
    expect(await fairlead('reconcile', 'nope')).toMatchObject({ status: 1, stderr: expect.stringContaining('environments: dev, prod, stg') });
    const of = { kind: 'HelmRelease', namespace: 'prod', name: 'podinfo-prod' };
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const data = { [suspensionKey(of)]: printSuspension({ of, by: 'alice', since: new Date().toISOString(), until, reason: 'it loses orders' }) };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SUSPENSIONS, namespace: AGENT_NAMESPACE } };
    await podinfo().client.create({ ...map, data });
    try {
      expect(await fairlead('reconcile', 'prod/podinfo-prod')).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/is suspended by alice until .*: it loses orders/),
      });
      expect((await fairlead('status', 'prod')).stdout).toMatch(/True, suspended[\s\S]*HelmRelease\/prod\/podinfo-prod is suspended by alice until/);
      expect((await fairlead('tree', 'prod/podinfo-prod')).stdout).toMatch(/^HelmRelease\/prod\/podinfo-prod +Suspended +suspended by alice/);
    } finally {
      await podinfo().client.delete({ group: '', version: 'v1', kind: 'ConfigMap', namespace: AGENT_NAMESPACE, name: SUSPENSIONS });
    }
  },
  TIMEOUT_MS,
);

test(
  'trace goes from a Pod to the line of the program that makes its release',
  async () => {
    const [pod] = await podinfo().client.list({ group: '', version: 'v1', kind: 'Pod' }, { namespace: 'dev' });
    const found = await json('trace', `pod/${pod.metadata.name}`, '-n', 'dev');
    const { repository } = podinfo();
    const source = readFileSync(`${repository.folder}/main.ts`, 'utf8').split('\n');
    expect(found).toMatchObject({
      objects: [
        `Pod/dev/${pod.metadata.name}`,
        expect.stringMatching(/^ReplicaSet\/dev\/podinfo-dev-/),
        'Deployment/dev/podinfo-dev',
        'HelmRelease/dev/podinfo-dev',
        'Kustomization/flux-system/dev',
        'GitRepository/flux-system/podinfo-environments',
      ],
      environment: 'dev',
      cluster: 'gke',
      file: 'dist/gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo-dev.yaml',
      commit: { id: expect.stringMatching(/^[0-9a-f]{40}$/), author: 'fairlead' },
      construct: 'gke/dev/HelmRelease/podinfo-dev/Resource',
    });
    const lines = found.places.map((place: string) => source[Number(place.split(':')[1]) - 1]);
    expect(lines).toEqual([expect.stringContaining('new HelmRelease('), expect.stringContaining("new PodinfoEnvironment(gke, 'dev'")]);
    const hand = await json('trace', 'configmap/kube-root-ca.crt', '-n', 'dev');
    expect(hand.missing).toContain('made by hand');
  },
  TIMEOUT_MS,
);

test(
  'wait follows a pushed tag until it runs, with nothing but the Role that it prints',
  async () => {
    const { bed, client } = podinfo();
    const { stdout } = await fairlead('wait', 'dev/podinfo-dev', '--print-role');
    await bed.kubectl(['apply', '-f', '-'], { input: stdout });
    const kubeconfig = await bed.serviceAccountKubeconfig('dev', 'fairlead-wait');
    const asCi = (...args: string[]) => fairlead('wait', ...args, '--kubeconfig', kubeconfig);

    const tag = await images.ciMock('-b', 'dev');
    const waiting = asCi('dev/podinfo-dev', '--image', tag, '--timeout', '4m');
    await podinfo().scan();
    const { status, stdout: ended, stderr } = await waiting;
    expect({ status, ended }).toEqual({ status: 0, ended: expect.stringMatching(new RegExp(`^dev/podinfo-dev runs ${tag}, after `)) });
    expect(stderr).not.toMatch(/forbidden/i);

    const head = await podinfo().bare.head();
    expect(await asCi('dev', '--commit', head)).toMatchObject({ status: 0 });
    expect(await asCi('prod/podinfo-prod', '-n', 'dev', '--image', '0.4.1', '--timeout', '1m')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('keeps 0.4.11'),
    });
    expect(await asCi('dev/podinfo-dev', '--image', 'stg-1')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('it takes what begins with dev-'),
    });
    expect(await asCi('dev/podinfo-dev', '--image', 'dev-not-pushed', '--timeout', '6s')).toMatchObject({
      status: 124,
      stdout: expect.stringContaining('not scanned'),
    });
    expect(await asCi('dev', '--commit', '0'.repeat(40), '--timeout', '6s')).toMatchObject({
      status: 124,
      stdout: expect.stringContaining('not fetched'),
    });
    expect(await asCi('stg')).toMatchObject({ status: 1, stderr: expect.stringMatching(/forbidden/i) });

    await client.patch({ ...kinds.ImageUpdateAutomation, namespace: AGENT_NAMESPACE, name: 'gke-commit' }, 'merge', { spec: { suspend: true } });
    const next = await images.ciMock('-b', 'dev');
    const stuck = asCi('dev/podinfo-dev', '--image', next, '--timeout', '4m');
    await podinfo().scan();
    expect(await stuck).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^not committed yet: /m),
      stdout: expect.stringMatching(/not committed: ImageUpdateAutomation.*suspended by spec\.suspend/),
    });
    await client.patch({ ...kinds.ImageUpdateAutomation, namespace: AGENT_NAMESPACE, name: 'gke-commit' }, 'merge', { spec: { suspend: null } });
    expect(await fairlead('wait', 'dev/podinfo-dev', '--image', next, '--timeout', '4m')).toMatchObject({ status: 0 });
  },
  TIMEOUT_MS,
);

test(
  'wait ends early where a chart cannot be rendered with what is wanted now',
  async () => {
    const { client } = podinfo();
    const [like] = await client.list(kinds.HelmRelease, { namespace: 'dev' });
    const { chart, interval } = (like as unknown as { spec: { chart: object; interval: string } }).spec;
    const id = { ...kinds.HelmRelease, namespace: 'dev', name: 'broken' };
    await client.create({
      apiVersion: like!.apiVersion,
      kind: like!.kind,
      metadata: { namespace: id.namespace, name: id.name },
      spec: { chart, interval, values: { image: 'a text' } },
    });
    try {
      expect(await fairlead('wait', 'dev/broken', '-n', 'dev', '--timeout', '4m')).toMatchObject({
        status: 1,
        stdout: expect.stringMatching(/^dev\/broken will not come after \S+: not rolled out: .*FL4002\)\n {2}next: correct the chart or the values/),
      });
    } finally {
      await client.delete(id);
    }
  },
  TIMEOUT_MS,
);
