import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LockedProject } from './locked-project';

let project: LockedProject;
beforeEach(() => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0' }]);
});
afterEach(() => project.remove());

const validate = (...args: string[]) => {
  const { status, stdout, stderr } = project.fairlead(['validate', '--offline', ...args]);
  return { status, stdout, stderr };
};
interface Told {
  readonly rule: string;
  readonly file: string;
  readonly line?: number;
  readonly severity: string;
  readonly message: string;
  readonly object?: string;
}
const findings = (...args: string[]): Told[] => JSON.parse(validate('-o', 'json', ...args).stdout);
// Its chart is in no file.
const ofObjects = (...args: string[]) => findings(...args).filter(({ rule }) => rule !== 'release');
const ofRule = (rule: string, ...args: string[]) => findings(...args).filter((one) => one.rule === rule);

function policy(name: string, metadata: string): void {
  project.write(
    `dist/gke/_images/flux-system/imagepolicy-${name}.yaml`,
    `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: ${name}\n  namespace: flux-system\n${metadata}spec:\n  imageRepositoryRef:\n    name: podinfo\n`,
  );
}

test('--runtime flux names what Flux would not do of manifests and locks, as warnings', () => {
  policy('newest', `  annotations:\n    fairlead.dev/image-rule: '{"order":"newest","exclude":[{"glob":"*tmp*"}]}'\n`);
  policy('chart', '  annotations:\n    fairlead.dev/chart: HelmRepository/dev/charts/dns\n');
  policy('derived', '  labels:\n    fairlead.dev/automation: gke-commit.derived\n');
  project.write(
    'dist/gke/dev/dev/helmrelease-dns.yaml',
    'kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nmetadata:\n  name: dns\n  namespace: dev\n  annotations:\n    fairlead.dev/chart-digest: sha256:aa\n    fairlead.dev/depends-on: HelmRelease/a/b,Kustomization/c/d\nspec:\n  interval: 10m0s\n  chart: {spec: {chart: dns, sourceRef: {kind: HelmRepository, name: charts}}}\n',
  );
  project.fairlead(['automate', 'off', 'dev', '--reason', 'frozen']);
  const told = ofRule('flux-runtime', '--runtime', 'flux');
  expect(told.map(({ file, object, message }) => `${file}: ${object ? `${object}: ` : ''}${message}`)).toEqual([
    'dist/gke/_images/flux-system/imagepolicy-chart.yaml: ImagePolicy/flux-system/chart: Flux chooses no version: it has no policies for charts of Helm repositories (dns)',
    "dist/gke/_images/flux-system/imagepolicy-derived.yaml: ImagePolicy/flux-system/derived: Flux's automation leaves it out: a value is computed from the version, so nothing tells that a synth is due",
    'dist/gke/_images/flux-system/imagepolicy-newest.yaml: ImagePolicy/flux-system/newest: Flux chooses no tag at all: it cannot choose the newest by creation time, all but *tmp*',
    'dist/gke/_sync/flux-system/kustomization-dev.yaml: Kustomization/flux-system/dev: Flux deletes without asking: it knows no deletion budget (5)',
    'dist/gke/_sync/flux-system/kustomization-gke.yaml: Kustomization/flux-system/gke: Flux deletes without asking: it knows no deletion budget (5)',
    "dist/gke/dev/dev/helmrelease-dns.yaml: HelmRelease/dev/dns: Flux does not check the digest of the chart's archive",
    'dist/gke/dev/dev/helmrelease-dns.yaml: HelmRelease/dev/dns: Flux does not wait for HelmRelease/a/b, Kustomization/c/d',
    'locks/gke/dev/dev.yaml: Flux knows no holds and goes on changing images/podinfo (Alice: frozen)',
  ]);
  expect(new Set(told.map(({ severity }) => severity))).toEqual(new Set(['warning']));
  expect(ofRule('flux-runtime')).toEqual([]);
});

test('findings are told by file, with line, field, rule and remedy', () => {
  project.write(
    'dist/gke/dev/dev/pod-a.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: dev\nspec:\n  containers:\n    - name: a\n      imagePullPolic: Always\n',
  );
  const { status, stdout } = validate('dist/gke/dev/dev');
  expect(stdout).toContain(
    'dist/gke/dev/dev/pod-a.yaml\n  9: error Pod/dev/a spec.containers[0].imagePullPolic is no field here: did you mean imagePullPolicy? [schema]\n      correct the field\n',
  );
  expect(status).toBe(1);
});

test('warnings fail with --strict alone, and a folder narrows what is told', () => {
  project.write(
    'dist/gke/dev/dev/pod-a.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: other}\nspec:\n  serviceAccountName: nobody\n  containers: [{name: a}]\n',
  );
  expect(ofObjects('dist/gke/dev/dev')).toMatchObject([{ rule: 'missing-reference', line: 5, severity: 'warning' }]);
  rmSync(join(project.root, 'dist/gke/dev/dev/helmrelease.yaml'));
  expect(validate('dist/gke/dev/dev').status).toBe(0);
  expect(validate('dist/gke/dev/dev', '--strict').status).toBe(1);
  expect(validate('dist/gke/_sync', '--strict').stdout).not.toContain('pod-a');
});

test('a manifest that is no YAML is told with its line, and the others are validated', () => {
  project.write('dist/gke/dev/dev/broken.yaml', 'kind: A\nmetadata: {a\nb: c: d\n');
  project.write('dist/gke/dev/dev/widget.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: dev}\ndata: []\n');
  expect(ofObjects('dist/gke/dev/dev').filter(({ rule }) => rule !== 'build')).toMatchObject([
    { rule: 'unreadable', file: 'dist/gke/dev/dev/broken.yaml', line: expect.any(Number) },
    { rule: 'schema', file: 'dist/gke/dev/dev/widget.yaml', line: 4 },
  ]);
});

test('any folder of manifests can be validated, without a project', () => {
  project.write('elsewhere/a.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: http}]}\n');
  project.write('elsewhere/values.yaml', 'image: {{ .Values.image }}:{{ .Values.tag }}\n');
  expect(findings('elsewhere').map(({ rule, file }) => `${rule} ${file}`)).toEqual(['schema elsewhere/a.yaml', 'unreadable elsewhere/values.yaml']);
});

test('policies are read from policies.ts, in TypeScript, and from a file that is named', () => {
  project.write(
    'dist/gke/dev/dev/pod-a.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: dev}\nspec: {containers: [{name: a, image: "b:latest"}]}\n',
  );
  project.write(
    'policies.ts',
    "import { Policies, Policy, Violation } from 'fairlead';\nconst short: number = 2;\nexport default [Policies.noLatestTag(), new Policy({ name: 'long-names', severity: 'warning', check: ({ metadata }) => ((metadata.name?.length ?? 0) < short ? Violation.at('metadata.name', 'is short') : undefined) })];\n",
  );
  expect(ofObjects('dist/gke/dev/dev')).toMatchObject([
    { rule: 'long-names', severity: 'warning', message: 'is short' },
    { rule: 'no-latest-tag', severity: 'error', message: 'b:latest is another image tomorrow' },
  ]);
  project.write('none.mjs', 'export default [];\n');
  expect(ofObjects('dist/gke/dev/dev', '--policies', 'none.mjs')).toEqual([]);
});

test.each([
  [['nowhere'], 'FL7440: there is no folder nowhere'],
  [['--kubernetes-version', 'latest'], 'FL7441: latest is no version of Kubernetes'],
  [['--policies', 'nothing.ts'], 'FL7442: there is no file nothing.ts'],
  [['--policies', 'wrong.ts'], 'FL7443: wrong.ts does not export a list of policies'],
])('%j cannot run: 2, and not as if there were findings', (args, message) => {
  project.write('wrong.ts', 'export default { noLatestTag: true };\n');
  const { status, stderr } = validate(...args);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
});

test('without a project it is the folder one stands in', () => {
  rmSync(join(project.root, 'cdk8s.yaml'));
  const { status, stdout } = validate();
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('dist/gke/dev/dev/') });
});
