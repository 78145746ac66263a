import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Project } from './project';
import { Published } from './published';

let project: Project;
let published: Published;
let home: string;
beforeEach(async () => {
  published = await Published.start();
  home = mkdtempSync(join(tmpdir(), 'fairlead-home-'));
  project = new Project();
});
afterEach(async () => {
  project.remove();
  rmSync(home, { recursive: true, force: true });
  await published.stop();
});

const LOCK = 'locks/gke/dev/dev.yaml';

/** A program with one environment, whose body this is. */
function program(body: string): void {
  project.write(
    'main.ts',
    `import { ChartVersion, Cluster, Environment, HelmRelease, HelmRepository, ImagePolicy, ImageSelection, Platform, Repository, TagFilter } from 'fairlead';
import { ApiObject } from 'cdk8s';
const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet', { branch: 'main' }) });
const dev = new Environment(new Cluster(platform, 'gke', { kubernetesVersion: '1.36' }), 'dev');
const image = (id: string, select: ImageSelection, props: object = {}) =>
  new ImagePolicy(dev, id, { repository: \`${published.host}/acme/\${id}\`, select, insecure: true, ...props });
const use = (id: string, value: string) =>
  new ApiObject(dev, \`\${id}-map\`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id, namespace: 'dev' }, data: { image: value } });
${body}
platform.synth();
`,
  );
}

/** The registry is in this process, so the command must not block it. */
function fairlead(...args: string[]): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config'), CI: '' };
  const child = spawn(process.execPath, [project.cli, ...args], { cwd: project.root, env });
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout: stdout.join(''), stderr: stderr.join('') })));
}

const lockOf = () => project.tree()[LOCK];

test('resolves what is missing, by version and by creation time, and the output follows', async () => {
  program(`use('api', image('api', ImageSelection.semver('~1.2')).reference);
use('web', image('web', ImageSelection.newest({ tags: TagFilter.glob('dev-*') })).tag);`);
  for (const tag of ['1.1.0', '1.2.0', '1.2.7', '2.0.0']) published.image('acme/api', tag, '2026-01-01T00:00:00Z');
  published.image('acme/web', 'dev-zz', '2026-01-01T00:00:00Z');
  published.image('acme/web', 'dev-aa', '2026-02-01T00:00:00Z');
  published.image('acme/web', 'tmp', '2026-03-01T00:00:00Z');

  expect(await fairlead('synth')).toMatchObject({ status: 1, stderr: expect.stringContaining('fairlead lock') });
  const { status, stdout, stderr } = await fairlead('lock');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^gke\/dev +images\/api +1\.2\.7 +1\.2\.7 is the highest version in '~1\.2'/m);
  expect(stdout).toMatch(/^gke\/dev +images\/web +dev-aa +dev-aa was built last/m);
  expect(lockOf()).toContain(`  api: "${published.host}/acme/api:1.2.7" # {"$imagepolicy": "flux-system:gke-dev-api"}\n`);
  expect(project.tree()['dist/gke/dev/dev/configmap-api.yaml']).toContain(`image: "${published.host}/acme/api:1.2.7" #`);
  expect(project.tree()['dist/gke/dev/dev/configmap-web.yaml']).toContain('image: "dev-aa" #');
  expect(await fairlead('synth', '--check')).toMatchObject({ status: 0 });

  // A version by hand, and a hold, are what a synth would write too.
  expect(await fairlead('lock', 'set', 'dev', 'api=1.2.0', 'web=dev-zz')).toMatchObject({ status: 0 });
  await fairlead('automate', 'off', 'dev', 'api');
  expect(project.tree()['dist/gke/dev/dev/configmap-web.yaml']).toContain('image: "dev-zz" #');
  expect(await fairlead('synth', '--check')).toMatchObject({ status: 0 });
});

test('a tag that was put on an older image since is not the newest any more', async () => {
  program(`use('web', image('web', ImageSelection.newest()).reference);`);
  published.image('acme/web', 'a', '2026-01-01T00:00:00Z');
  published.image('acme/web', 'b', '2026-02-01T00:00:00Z');
  await fairlead('lock');
  expect(lockOf()).toContain('/acme/web:b"');
  published.image('acme/web', 'b', '2025-12-01T00:00:00Z');
  expect(await fairlead('lock', '--update')).toMatchObject({ status: 0 });
  expect(lockOf()).toContain('/acme/web:a"');
});

test('what is locked stays until --update, and held versions stay then', async () => {
  program(`use('api', image('api', ImageSelection.semver('1.x')).reference);
use('web', image('web', ImageSelection.semver('1.x')).reference);`);
  for (const name of ['api', 'web']) published.image(`acme/${name}`, '1.0.0', '2026-01-01T00:00:00Z');
  await fairlead('lock');
  for (const name of ['api', 'web']) published.image(`acme/${name}`, '1.1.0', '2026-02-01T00:00:00Z');
  expect((await fairlead('lock')).stdout).toContain('nothing to resolve: 2 entries are locked');
  await fairlead('automate', 'off', 'dev', 'web', '--reason', 'frozen');

  const dry = await fairlead('lock', '--update', '--dry-run');
  expect(dry.stdout).toMatch(/images\/api +1\.0\.0 +1\.1\.0/);
  expect(lockOf()).toContain('/acme/api:1.0.0"');

  const { status, stdout } = await fairlead('lock', '--update');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/images\/web +1\.0\.0 +1\.0\.0 +held: .*frozen/) });
  expect(lockOf()).toContain('/acme/api:1.1.0"');
  expect(lockOf()).toContain('/acme/web:1.0.0"');
});

test('--update of one name leaves the others', async () => {
  program(`use('api', image('api', ImageSelection.semver('1.x')).reference);
use('web', image('web', ImageSelection.semver('1.x')).reference);`);
  for (const name of ['api', 'web']) published.image(`acme/${name}`, '1.0.0', '2026-01-01T00:00:00Z');
  await fairlead('lock');
  for (const name of ['api', 'web']) published.image(`acme/${name}`, '1.1.0', '2026-02-01T00:00:00Z');
  expect(await fairlead('lock', '--update', 'dev', 'web')).toMatchObject({ status: 0 });
  expect(lockOf()).toContain('/acme/api:1.0.0"');
  expect(lockOf()).toContain('/acme/web:1.1.0"');
  expect(await fairlead('lock', '--update', 'dev', 'wbe')).toMatchObject({ status: 1, stderr: expect.stringContaining('did you mean web?') });
});

test('a pinned digest is locked with the tag, and completed where only the tag was known', async () => {
  program(`use('api', image('api', ImageSelection.semver('1.x'), { pinDigest: true, initial: '1.0.0' }).reference);`);
  const digest = published.image('acme/api', '1.0.0', '2026-01-01T00:00:00Z');
  await fairlead('synth');
  expect(lockOf()).toContain('/acme/api:1.0.0"');
  expect(await fairlead('lock')).toMatchObject({ status: 0 });
  expect(lockOf()).toContain(`/acme/api:1.0.0@${digest}"`);
  const next = published.image('acme/api', '1.1.0', '2026-01-01T00:00:00Z');
  await fairlead('lock', '--update');
  expect(project.tree()['dist/gke/dev/dev/configmap-api.yaml']).toContain(`/acme/api:1.1.0@${next}" #`);
});

test('what cannot be resolved is listed with its reason, the rest is written', async () => {
  program(`use('api', image('api', ImageSelection.semver('1.x')).reference);
use('gone', image('gone', ImageSelection.semver('1.x')).reference);`);
  published.image('acme/api', '1.0.0', '2026-01-01T00:00:00Z');
  const { status, stdout, stderr } = await fairlead('lock');
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('versions are missing') });
  expect(stdout).toMatch(/images\/gone +FAILED +FL1106/);
  expect(lockOf()).toContain('/acme/api:1.0.0"');
});

test('where no tag matches yet the initial one runs, and the reason is told', async () => {
  program(`use('api', image('api', ImageSelection.semver('>=2'), { initial: '1.0.0' }).reference);`);
  published.image('acme/api', '1.0.0', '2026-01-01T00:00:00Z');
  const { status, stdout } = await fairlead('lock');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/1\.0\.0 +the initial version: FL7212: no version of .*acme\/api can be taken: none of 1 tags/),
  });
  expect(lockOf()).toContain('/acme/api:1.0.0"');
});

test('charts come from the repository laptops reach, with the credentials of helm', async () => {
  program(`const charts = new HelmRepository(dev, 'charts', { url: 'http://charts.flux.svc.cluster.local', clientUrl: 'http://${published.host}/charts' });
new HelmRelease(dev, 'dns', { chart: charts.chart('dns', ChartVersion.locked('>=6.2.1 <7')) });`);
  const digest = 'c'.repeat(64);
  const release = (version: string) => `    - {name: dns, version: ${version}, digest: ${digest}, urls: [dns-${version}.tgz]}\n`;
  published.index = `apiVersion: v1\nentries:\n  dns:\n${['7.0.0', '6.3.1', '6.2.0'].map(release).join('')}`;
  project.write('helm-repositories.yaml', `repositories: [{name: a, url: "http://${published.host}/charts/", username: joe, password: secret}]\n`);
  process.env.HELM_REPOSITORY_CONFIG = join(project.root, 'helm-repositories.yaml');
  const { status, stdout, stderr } = await fairlead('lock').finally(() => delete process.env.HELM_REPOSITORY_CONFIG);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/charts\/dns +6\.3\.1@sha256:cccccccc… +6\.3\.1 is the highest version in '>=6\.2\.1 <7'/);
  expect(lockOf()).toContain(`  dns: "charts.flux.svc.cluster.local/dns:6.3.1@sha256:${digest}" #`);
  expect(published.indexReaders).toContain(`Basic ${Buffer.from('joe:secret').toString('base64')}`);
  expect(stdout + stderr).not.toContain('secret');
});

test('lock set gives a first version to what only the program knows', async () => {
  program(`use('api', image('api', ImageSelection.pinned()).reference);`);
  expect(await fairlead('lock')).toMatchObject({ status: 1, stdout: expect.stringContaining('fairlead lock set dev api=<version>') });
  const { status, stdout } = await fairlead('lock', 'set', 'dev', 'api=1.0.0');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('the output follows with the next fairlead synth') });
  expect(await fairlead('synth')).toMatchObject({ status: 0 });
  expect(project.tree()['dist/gke/dev/dev/configmap-api.yaml']).toContain('/acme/api:1.0.0');
});
