import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../../src/model/object';
import { compiledCli } from './compiled-cli';

const cli = compiledCli();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-render-'));
  cpSync(join(__dirname, '..', '..', 'examples', 'podinfo'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const render = (...args: string[]) => spawnSync(process.execPath, [cli, 'render', ...args], { cwd: folder, encoding: 'utf8' });
const kindsIn = (text: string) => (loadAll(text) as KubeObject[]).map(({ kind }) => kind);
const release = 'dist/gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo-dev.yaml';
const file = (path: string, text: string) => writeFileSync(join(folder, path), text);
const git = (...args: string[]) => {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};

test('an environment is one stream: its own objects, then those of its releases, each with where it is from', () => {
  const { status, stdout, stderr } = render('dev');
  expect([status, stderr]).toEqual([0, '']);
  expect(kindsIn(stdout)).toEqual(['Namespace', 'HelmRelease', 'SealedSecret', 'ServiceAccount', 'Service', 'Deployment']);
  expect(stdout).toContain('---\n# Source: podinfo/templates/deployment.yaml of dev/podinfo-dev\n');
  expect(stdout).toContain('---\n# Source: dist/gke/dev/_cluster/namespace-dev.yaml\n');
});

test('a cluster is all of its layers, as JSON one list', () => {
  const { items } = JSON.parse(render('gke', '-o', 'json').stdout) as { items: KubeObject[] };
  expect(items.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.namespace)).toEqual(['dev', 'prod', 'stg']);
  expect(items.some(({ kind }) => kind === 'GitRepository')).toBe(true);
});

test('templates see what the version of the cluster serves, and not what Helm knows', () => {
  const api = '{{ if .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" }}policy/v1{{ else }}policy/v1beta1{{ end }}';
  file('charts/podinfo/templates/budget.yaml', `apiVersion: ${api}\nkind: PodDisruptionBudget\nmetadata: {name: web}\n`);
  const { items } = JSON.parse(render('dev', '-o', 'json').stdout) as { items: KubeObject[] };
  expect(items.filter(({ kind }) => kind === 'PodDisruptionBudget').map(({ apiVersion }) => apiVersion)).toEqual(['policy/v1']);
});

test('what a Secret holds is printed only where somebody asks for it', () => {
  file('dist/gke/dev/dev/secret-token.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token, namespace: dev}\nstringData: {token: hunter2}\n');
  const masked = render('gke/dev').stdout;
  expect(masked).toContain('token: "***"');
  expect(masked).not.toMatch(/hunter2|aHVudGVyMg==/);
  expect(render('gke/dev', '--show-secrets').stdout).toContain('aHVudGVyMg==');
});

test('a commit is read as it was', () => {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'state');
  file('dist/gke/dev/dev/settings.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: dev}\n');
  expect(kindsIn(render('dev').stdout)).toContain('ConfigMap');
  expect(kindsIn(render('dev', '--ref', 'HEAD').stdout)).not.toContain('ConfigMap');
  const unknown = render('dev', '--ref', 'v0');
  expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('FL1208: v0 is no commit of this repository')]);
});

test('what is missing is told on standard error, with all else printed, and the exit code is 1', () => {
  file(
    release,
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: podinfo, namespace: dev}\nspec: {chart: {spec: {chart: charts/gone, sourceRef: {kind: GitRepository, name: podinfo-environments, namespace: flux-system}}}}\n',
  );
  file('dist/gke/dev/dev/broken.yaml', 'kind: [\n');
  const { status, stdout, stderr } = render('dev');
  expect(status).toBe(1);
  expect(kindsIn(stdout)).toEqual(['Namespace', 'HelmRelease', 'SealedSecret']);
  expect(stderr).toMatch(/FL1201: dist\/gke\/dev\/dev\/broken\.yaml/);
  expect(stderr).toContain(
    'FL1205: HelmRelease dev/podinfo takes its chart from charts/gone, and there is nothing\n  commit the chart, or correct its path',
  );
});

test('a published chart that is not in the cache is told where nothing may be fetched', () => {
  file(
    'dist/gke/dev/dev/hub.yaml',
    'apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: hub, namespace: dev}\nspec: {url: https://charts.invalid}\n',
  );
  file(
    release,
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: podinfo, namespace: dev}\nspec: {chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: hub}}}}\n',
  );
  const { status, stderr } = render('dev', '--offline');
  expect([status, stderr]).toEqual([1, expect.stringContaining('FL1206: chart web 1.0.0 of https://charts.invalid is not in the cache')]);
});

test('an unknown environment is told with those there are', () => {
  const { status, stdout, stderr } = render('live');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(
    'FL7431: the output has no environment or cluster live\n  choose one of: gke/_sync, gke/_images, gke/dev, gke/prod, gke/stg\n',
  );
});

test('a repository that no program writes is printed as it lies there', () => {
  const before = render('dev').stdout;
  rmSync(join(folder, 'cdk8s.yaml'));
  expect(render('gke/dev')).toMatchObject({ status: 0, stdout: before });
});
