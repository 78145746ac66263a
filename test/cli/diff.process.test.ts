import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMapText, DiffProject } from './diff/diff-project';

let project: DiffProject;
const open = (folder?: string): DiffProject => {
  project = new DiffProject(folder);
  return project;
};
afterEach(() => project.remove());

/** Each test has a copy of what is prepared once. */
function prepared(prepare: () => void): void {
  let original: DiffProject;
  beforeAll(() => {
    original = open();
    prepare();
  });
  beforeEach(() => {
    project = original.copy();
  });
  afterAll(() => original.remove());
}

const map = (name: string, answer: string) =>
  `new ApiObject(dev, '${name}', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { answer: '${answer}' } });\n`;
const dev = "const dev = new Environment(gke, 'dev');\n";
const told = ({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }) => ({ status, text: stdout + stderr });

describe('a program', () => {
  prepared(() => {
    project.program(dev + map('a', 'yes'));
    project.synth();
    project.commit();
  });

  test('that gives what is committed differs in nothing', () => {
    expect(told(project.diff())).toEqual({ status: 0, text: 'HEAD → the program now\nno object differs\n' });
  });

  test('that gives something else is compared without writing a file', () => {
    project.program(dev + map('a', 'no'));
    const before = project.git('status', '--porcelain');
    expect(told(project.diff())).toEqual({
      status: 1,
      text: `HEAD → the program now
objects: 1 changed
now: gke (dev), which follows main

gke/dev
~ ConfigMap/dev/a changed
@@ -7,4 +7,4 @@
     kustomize.toolkit.fluxcd.io/name: dev
     kustomize.toolkit.fluxcd.io/namespace: flux-system
 data:
-  answer: "yes"
+  answer: "no"
`,
    });
    expect(project.git('status', '--porcelain')).toBe(before);
  });

  test('whose output is edited and not committed is compared as it lies there with --no-synth', () => {
    project.edit('dist/gke/dev/dev/configmap-a.yaml', (text) => text.replace('yes', 'edited'));
    expect(project.diff('--summary').stdout).toContain('no object differs');
    const { status, stdout } = project.diff('--no-synth');
    expect([status, stdout]).toEqual([1, expect.stringContaining('+  answer: edited')]);
    expect(stdout).toContain('HEAD → the working tree');
  });

  test('is not run to compare two commits', () => {
    project.program(dev + map('a', 'no'));
    project.synth();
    project.commit();
    project.write('main.ts', 'throw new Error("never run");');
    const { status, stdout } = project.diff('HEAD~1..HEAD');
    expect([status, stdout]).toEqual([1, expect.stringContaining('HEAD~1 → HEAD\nobjects: 1 changed')]);
  });

  test('that fails ends in 2', () => {
    project.write('main.ts', 'throw new Error("no such thing");');
    expect(told(project.diff())).toEqual({ status: 2, text: expect.stringContaining('no such thing') });
  });

  test('that rejects later ends in 2', () => {
    project.program(`${dev}void Promise.reject(new Error('later'));\n`);
    expect(told(project.diff())).toEqual({ status: 2, text: expect.stringContaining('later') });
  });

  test('an environment that goes asks for a confirmation, and takes what is in it along', () => {
    project.program("new Environment(gke, 'other');\n");
    const { stdout } = project.diff('--summary');
    expect(stdout).toContain('! Namespace/dev: deleted: everything inside goes with it  (gke/dev)');
    expect(stdout).toMatch(/Kustomization\/gke: asks before it deletes \d+ objects, 0 allowed {2}\(gke\/_sync\)/);
  });

  test('an object that moves to another layer is not deleted', () => {
    project.program(
      `${dev}const other = new Layer(gke, 'other');\nnew ApiObject(other, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'dev' }, data: { answer: 'yes' } });\n`,
    );
    const { stdout } = project.diff();
    expect(stdout).toContain('> ConfigMap/dev/a moved, from gke/dev');
    expect(stdout).not.toContain('Deletions');
  });

  test('a cluster that follows another branch comes later', () => {
    project.git('checkout', '--quiet', '-b', 'feature');
    project.program(dev + map('a', 'no'));
    expect(project.diff('--summary').stdout).toContain('now: gke (dev), which follows main');
    expect(project.diff('--summary', '--branch', 'release').stdout).toContain('later: gke (dev), which follows main');
    const inCi = project.fairlead(['diff', '--summary'], project.root, { GITHUB_BASE_REF: 'release' });
    expect(inCi.stdout).toContain('later: gke (dev), which follows main');
  });

  test('-o json says it all, for programs', () => {
    project.program(dev + map('a', 'no'));
    const { status, stdout } = project.diff('-o', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      result: 'different',
      clusters: { branch: 'main', now: [{ cluster: 'gke', branch: 'main', layers: ['dev'], objects: 1 }], later: [] },
      findings: [],
      changes: [
        {
          cluster: 'gke',
          layer: 'dev',
          change: 'changed',
          apiVersion: 'v1',
          kind: 'ConfigMap',
          namespace: 'dev',
          name: 'a',
          file: 'dist/gke/dev/dev/configmap-a.yaml',
        },
      ],
    });
  });
});

describe('releases', () => {
  const release = (values: string) => `new HelmRelease(dev, 'web', { chart: ChartSource.git({ path: 'charts/podinfo' }), values: { ${values} } });\n`;
  prepared(() => {
    project.chart();
    project.program(dev + release("image: { tag: '1' }, replicaCount: 1"));
    project.synth();
    project.commit();
  });

  test('are rendered: images and replicas are told', () => {
    project.program(dev + release("image: { tag: '2' }, replicaCount: 3"));
    const { stdout } = project.diff();
    expect(stdout).toMatch(/Deployment\/web: podinfo: \S+ 1 → 2 {2}\(gke\/dev\)/);
    expect(stdout).toContain('Deployment/web: replicas 1 → 3');
    expect(stdout).toContain('gke/dev / release web\n~ Deployment/dev/web changed');
  });

  test('that a chart alters without their setting its option are named', () => {
    project.edit('charts/podinfo/values.yaml', (text) => `${text}\nlogLevel: debug\n`);
    project.edit('charts/podinfo/templates/deployment.yaml', (text) =>
      text.replace('- --port=9898', '- --port=9898\n            - --level={{ .Values.logLevel }}'),
    );
    project.edit('charts/podinfo/values.schema.json', (text) => text.replace('"properties": {', '"properties": { "logLevel": { "type": "string" },'));
    const { stdout } = project.diff('--summary');
    expect(stdout).toContain('release web: changes with its chart and does not set new option logLevel  (gke/dev)');
    expect(stdout).toMatch(/release web: podinfo \S+ has other content under the same version/);
  });

  test('that do not render any more are said, beside what else differs', () => {
    project.edit('charts/podinfo/templates/service.yaml', (text) => `{{ fail "no luck" }}\n${text}`);
    const { status, stdout } = project.diff('--summary');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/Cannot be compared\n! release web: cannot be rendered: .*no luck/)]);
    expect(stdout).not.toContain('Deletions');
  });
});

describe('manifests without a program', () => {
  prepared(() => {
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"') });
    project.commit();
  });

  test('are compared as they lie there', () => {
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "2"') });
    const { status, stdout } = project.diff();
    expect([status, stdout]).toEqual([1, expect.stringContaining('HEAD → the working tree\nobjects: 1 changed\n')]);
    expect(stdout).toContain('-  x: "1"\n+  x: "2"\n');
  });

  test('a List is its items', () => {
    const item = (x: string) => `  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: b, namespace: dev }\n    data: { x: "${x}" }\n`;
    project.manifests({ 'dev/list.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('1')}` });
    project.commit();
    project.manifests({ 'dev/list.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('2')}` });
    expect(project.diff().stdout).toContain('~ ConfigMap/dev/b changed');
  });

  test('line ends of a file are no difference, those of a value are', () => {
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"').replaceAll('\n', '\r\n') });
    expect(project.diff()).toMatchObject({ status: 0 });
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1\\r\\n2\\r\\n"') });
    expect(project.diff().stdout).toContain('+    1␍\n+    2␍\n');
  });

  test('what is no UTF-8 is said', () => {
    project.manifests({
      'dev/b.yaml': Buffer.concat([Buffer.from(configMapText('b', '  x: "').trimEnd()), Buffer.from([0xe9]), Buffer.from('"\n')]),
    });
    const { status, stdout } = project.diff();
    expect([status, stdout]).toEqual([1, expect.stringContaining('Cannot be compared')]);
  });

  test('secrets are in no output', () => {
    const of = (value: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: dev }\nstringData: { password: ${value} }\n`;
    project.manifests({ 'dev/s.yaml': of('first-secret-9'), 'dev/a.yaml': configMapText('a', '  url: x') });
    project.commit();
    project.manifests({ 'dev/s.yaml': of('second-secret-9'), 'dev/a.yaml': configMapText('a', '  url: x?second-secret-9') });
    for (const args of [[], ['-o', 'json'], ['-o', 'yaml'], ['--markdown']]) {
      const { stdout } = project.diff(...args);
      expect(stdout).toContain('(after)');
      expect(stdout).not.toMatch(/first-secret|second-secret|Zmlyc3Qtc2Vj|c2Vjb25kLXNl/);
    }
  });

  test('--markdown is a comment within a size', () => {
    project.manifests({ 'dev/a.yaml': configMapText('a', `  x: |\n${'    line\n'.repeat(2000)}`) });
    const { status, stdout } = project.diff('--markdown', '--max-size', '3000');
    expect(status).toBe(1);
    expect(stdout.startsWith('<!-- fairlead diff -->\n')).toBe(true);
    expect(stdout.length).toBeLessThanOrEqual(3000);
    expect(stdout).toMatch(/_\d+ more lines_/);
  });

  test('two layers are compared with each other', () => {
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: dev'), 'stg/a.yaml': configMapText('a', '  x: stg\n  z: "1"', 'stg') }, [
      'dev',
      'stg',
    ]);
    const { status, stdout } = project.diff('--between', 'dev', 'stg');
    expect([status, stdout]).toEqual([1, expect.stringContaining('dev → stg\nobjects: 1 changed\n')]);
    expect(stdout).toContain(' data:\n   x: dev\n+  z: "1"\n');
    expect(told(project.diff('--between', 'dev', 'dev'))).toMatchObject({ status: 0 });
    expect(told(project.diff('--between', 'dev', 'prd'))).toEqual({
      status: 2,
      text: expect.stringContaining('FL7412: no environment and no cluster is called prd'),
    });
    expect(told(project.diff('--between', 'dev'))).toEqual({ status: 2, text: expect.stringContaining('FL7414: --between takes two names, not 1') });
  });
});

describe('commits', () => {
  test('none yet: everything is new', () => {
    open();
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"') });
    const { status, stdout } = project.diff();
    expect([status, stdout]).toEqual([1, expect.stringContaining('nothing (no commit yet) → the working tree\nobjects: ')]);
    expect(stdout).toContain('+ ConfigMap/dev/a added');
  });

  test.each([
    ['the repository', '', 'docker-compose.yaml'],
    ['a folder of it', 'k8s', 'k8s/old.yaml'],
  ])('from before the program of %s: all of it is new, and what was there is no cluster', (_, folder, older) => {
    open(folder);
    const file = join(project.top, older);
    writeFileSync(file, configMapText('a', '  x: "1"'));
    writeFileSync(join(project.top, 'template.yaml'), 'kind: {{ .Values.kind }}\n');
    project.commit();
    project.program(dev);
    project.synth();
    const { status, stdout } = project.diff('--summary');
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/^HEAD → the program now\nobjects: \d+ added\nnow: gke \([^)]*\), which follows main\n\n/),
    ]);
    expect(stdout.match(/^ .*gke\)$/gm)).toEqual(['  is new: it follows Git once it is bootstrapped  (gke)']);
    expect(stdout).not.toMatch(/is gone|annot be compared|ConfigMap/);
  });

  test('none yet: a program is new, and nothing is gone', () => {
    open();
    project.program(dev);
    expect(project.diff('--summary').stdout).not.toMatch(/not at all|is gone/);
  });

  test('unknown ones are said, with what brings them here', () => {
    open();
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"') });
    project.commit();
    expect(told(project.diff('origin/main'))).toEqual({
      status: 2,
      text: 'error FL7410: this clone has no commit origin/main\n  correct it, or bring it here: git fetch origin main:refs/remotes/origin/main\n',
    });
    expect(project.diff('HEAD~1').stderr).toBe('error FL7410: this clone has no commit HEAD~1\n  correct it: there is no such commit before it\n');
  });

  test('outside of a repository there are none', () => {
    open();
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"') });
    project.delete('.git');
    expect(told(project.diff())).toEqual({ status: 2, text: expect.stringContaining('FL7240') });
    expect(told(project.diff('--between', 'dev', 'dev'))).toMatchObject({ status: 0 });
  });

  test('a clone that lacks the history says how to bring it', () => {
    open();
    for (const x of ['1', '2', '3']) {
      project.manifests({ 'dev/a.yaml': configMapText('a', `  x: "${x}"`) });
      project.commit();
    }
    project.git('checkout', '--quiet', '-b', 'feature', 'HEAD~2');
    project.manifests({ 'dev/b.yaml': configMapText('b', '  x: "1"') });
    project.commit();
    project.git('clone', '--quiet', '--depth=1', '--no-single-branch', `file://${project.top}`, `${project.top}/shallow`);
    const { status, stderr } = project.fairlead(['diff', 'origin/main...origin/feature'], `${project.top}/shallow`);
    expect([status, stderr]).toEqual([
      2,
      'error FL7411: origin/main and origin/feature have no commit in common: this clone is shallow and lacks their history\n  fetch the rest: git fetch --unshallow; in CI check out with all of it (fetch-depth: 0)\n',
    ]);
    const before = project.fairlead(['diff', 'HEAD~1'], `${project.top}/shallow`);
    expect(before.stderr).toBe('error FL7410: this clone has no commit HEAD~1\n  this clone is shallow: git fetch --unshallow\n');
  });

  test('since two parted, what the other did meanwhile is left out', () => {
    open();
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "1"') });
    project.commit();
    project.git('checkout', '--quiet', '-b', 'feature');
    project.manifests({ 'dev/b.yaml': configMapText('b', '  x: "1"') });
    project.commit();
    project.git('checkout', '--quiet', 'main');
    project.manifests({ 'dev/a.yaml': configMapText('a', '  x: "2"') });
    project.commit();
    expect(project.diff('main...feature').stdout).toContain('objects: 1 added\n');
    expect(project.diff('main..feature').stdout).toContain('objects: 1 added, 1 changed\n');
    project.git('checkout', '--quiet', 'feature');
    expect(project.diff('main', '--merge-base').stdout).toContain('(where it left main) → the working tree\nobjects: 1 added\n');
  });

  test('without an output folder, all of it is new', () => {
    open();
    project.program(dev + map('a', 'yes'));
    project.commit();
    const { status, stdout } = project.diff('--summary');
    expect([status, stdout]).toEqual([1, expect.stringContaining('gke: is new'.replace('gke: ', ''))]);
  });

  test('of a repository in which the program has a folder', () => {
    open('deploy/k8s');
    project.program(dev + map('a', 'yes'));
    project.synth();
    project.commit();
    project.program(dev + map('a', 'no'));
    expect(project.diff().stdout).toContain('objects: 1 changed\nnow: gke (dev), which follows main');
  });
});

test('a chart that cannot be had here is said, and is no difference where nothing of its release changed', () => {
  open();
  const release = (values: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: web, namespace: dev }
spec:
  interval: 10m
  chart: { spec: { chart: web, version: 1.0.0, sourceRef: { kind: HelmRepository, name: acme, namespace: dev } } }
  values: { ${values} }
`;
  const repository =
    'apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: { name: acme, namespace: dev }\nspec: { interval: 1h, url: https://charts.invalid }\n';
  project.manifests({ 'dev/web.yaml': release('a: 1'), 'dev/acme.yaml': repository });
  project.commit();
  expect(told(project.diff())).toEqual({ status: 0, text: expect.stringContaining('no object differs') });
  project.manifests({ 'dev/web.yaml': release('a: 2') });
  const { status, stdout } = project.diff();
  expect([status, stdout]).toEqual([
    1,
    expect.stringMatching(/release web: cannot be rendered: chart web 1.0.0 of https:\/\/charts.invalid is not in the cache/),
  ]);
  expect(stdout).toContain('~ HelmRelease/dev/web changed');
});

test('--help has examples and exit codes', () => {
  open();
  const { status, stdout } = project.fairlead(['diff', '--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/Exit codes: 0 the same, 1 different, 2 an error/);
  expect(stdout).toContain('$ fairlead diff --between stg prd');
});
