import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEngine } from '../../src/render/engine';
import { fieldText } from '../../src/validate/schema/field';
import { type TreeOptions, validateTree } from '../../src/validate/validate-tree';

const engine = createEngine();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-validate-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
afterAll(() => engine.close());

const never = () => Promise.reject(new Error('nothing is fetched'));

async function validate(files: Readonly<Record<string, string>>, options: Partial<TreeOptions> = {}) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return validateTree({ root, folder: '', engine: () => engine, charts: { published: never, artifact: never }, ...options });
}

async function lines(files: Readonly<Record<string, string>>, options?: Partial<TreeOptions>): Promise<string[]> {
  const { findings } = await validate(files, options);
  return findings.map(({ file, line, rule, object, field, message, release }) =>
    [`${file}:${line} [${rule}]`, object, fieldText(field), message, release && `(${[release.name, release.chart, release.template].join(', ')})`]
      .filter(Boolean)
      .join(' '),
  );
}

const variable = (name: string) => `\${${name}}`;
const deployment = (more = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: web:1\n${more}`;
const flux = (name: string, path: string, more = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ${path}\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n${more}`;
const repository =
  'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {interval: 1m, url: "https://example.com/r", ref: {branch: main}}\n';

test('overlays are judged as they are built: bases and patches are no objects by themselves, and two clusters may have the same', async () => {
  const overlay = (replicas: string) =>
    `resources: [../base]\nnamespace: web\npatches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec: {replicas: ${replicas}}\n`;
  const found = await lines({
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps/prod')}`,
    'clusters/dev/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/dev')}---\n${flux('apps', './apps/dev')}`,
    'apps/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'apps/base/web.yaml': deployment('          imagePullPolic: Always\n'),
    'apps/prod/kustomization.yaml': overlay('3'),
    'apps/dev/kustomization.yaml': overlay('many'),
  });
  expect(found).toEqual([
    'apps/base/web.yaml:5 [schema] Deployment/web/web spec.replicas must be a whole number, is a string',
    'apps/base/web.yaml:13 [schema] Deployment/web/web spec.template.spec.containers[0].imagePullPolic is no field here: did you mean imagePullPolicy?',
  ]);
});

test('what a chart makes is judged with the rest, by chart and template, at the line of its release', async () => {
  const release = (name: string, more = '') =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ${name}, namespace: web}\nspec:\n  interval: 10m\n  chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n${more}`;
  const found = await lines({
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps')}`,
    'apps/web.yaml': `${release('web')}---\n${release('other', '  releaseName: web\n  values: {budget.enabled: true}\n')}`,
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'charts/web/values.yaml': 'budget: {enabled: true}\n',
    'charts/web/templates/budget.yaml':
      '{{ if .Values.budget.enabled }}\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: "{{ .Release.Name }}"}\n{{ end }}\n',
  });
  const budget = 'Kubernetes 1.36 does not serve policy/v1beta1/PodDisruptionBudget: it ended with 1.25';
  expect(found).toEqual([
    `apps/web.yaml:1 [removed-api] PodDisruptionBudget/web/web apiVersion ${budget} (web/web, web 1.2.3, web/templates/budget.yaml)`,
    'apps/web.yaml:8 [duplicate-release] HelmRelease/web/other makes release web in namespace web, as HelmRelease web/web does (apps/web.yaml)',
    `apps/web.yaml:8 [removed-api] PodDisruptionBudget/web/web apiVersion ${budget} (web/other, web 1.2.3, web/templates/budget.yaml)`,
    'apps/web.yaml:8 [duplicate-object] PodDisruptionBudget/web/web is in release web/web too (web/other, web 1.2.3, web/templates/budget.yaml)',
    'apps/web.yaml:15 [set-grammar] HelmRelease/web/other spec.values["budget.enabled"] is one name with dots in it, not a path as with --set',
  ]);
});

describe('against a version to go to', () => {
  const cluster = {
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps')}`,
    'apps/web.yaml':
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: web}\nspec:\n  interval: 10m\n  chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n',
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  };
  const budget = (apiVersion: string) => ({
    'charts/web/templates/budget.yaml': `apiVersion: ${apiVersion}\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 1}\n`,
  });
  const rules = async (files: Readonly<Record<string, string>>, kubernetesVersion: string, against?: string) =>
    (await validate({ ...cluster, ...files }, { kubernetesVersion, against })).findings.map(({ rule, message }) => `${rule} ${message}`);
  const ended = (version: string) => `removed-api Kubernetes ${version} does not serve policy/v1beta1/PodDisruptionBudget: it ended with 1.25`;
  const deprecated = 'deprecated-api policy/v1beta1/PodDisruptionBudget is deprecated since 1.21 and ends with 1.25';

  test.each([
    ['the version', '{{ if semverCompare ">=1.25-0" .Capabilities.KubeVersion.Version }}policy/v1{{ else }}policy/v1beta1{{ end }}'],
    ['its kinds', '{{ if .Capabilities.APIVersions.Has "policy/v1beta1/PodDisruptionBudget" }}policy/v1beta1{{ else }}policy/v1{{ end }}'],
    ['its API versions', '{{ if .Capabilities.APIVersions.Has "policy/v1beta1" }}policy/v1beta1{{ else }}policy/v1{{ end }}'],
  ])('a chart that chooses by %s is judged by what it chooses there', async (_, apiVersion) => {
    expect(await rules(budget(apiVersion), '1.24', '1.36')).toEqual([deprecated]);
    expect(await rules(budget(apiVersion), '1.36')).toEqual([]);
  });

  test('a chart that makes the same there is judged as it is, and so is one that chooses what has ended', async () => {
    expect(await rules(budget('policy/v1beta1'), '1.24', '1.36')).toEqual([ended('1.36')]);
    const wrong = '{{ if semverCompare ">=1.25-0" .Capabilities.KubeVersion.Version }}policy/v1beta1{{ else }}policy/v1{{ end }}';
    expect(await rules(budget(wrong), '1.24', '1.36')).toEqual([ended('1.36')]);
    const kept = budget('{{ if .Capabilities.KubeVersion }}policy/v1beta1{{ end }}');
    expect(await rules(kept, '1.24', '1.36')).toEqual([ended('1.36')]);
    expect(await rules(kept, '1.25', '1.36')).toEqual([ended('1.25')]);
  });

  test('a chart that is not for that version is told of, once, also where it is not for its own', async () => {
    const bound = (range: string) => ({ 'charts/web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: "${range}"\n` });
    expect(await rules({ ...bound('<1.36-0'), ...budget('policy/v1') }, '1.34', '1.35')).toEqual([]);
    expect(await rules({ ...bound('<1.36-0'), ...budget('policy/v1') }, '1.35', '1.36')).toEqual([
      expect.stringMatching(/^release FL6\d+ .*incompatible with Kubernetes v1\.36\.0.*, with Kubernetes 1\.36$/),
    ]);
    expect(await rules({ ...bound('<1.30-0'), ...budget('policy/v1') }, '1.35', '1.36')).toEqual([
      expect.stringMatching(/^release FL6\d+ .*incompatible with Kubernetes v1\.35\.0[^,]*$/),
    ]);
  });

  test('an exemption counts for what is made there alone', async () => {
    const wrong = '{{ if semverCompare ">=1.25-0" .Capabilities.KubeVersion.Version }}policy/v1beta1{{ else }}policy/v1{{ end }}';
    const annotations = 'metadata: {name: web, namespace: web, annotations: {exempt.fairlead.dev/removed-api: the vendor mends it}}';
    const exempt = { 'apps/web.yaml': cluster['apps/web.yaml'].replace('metadata: {name: web, namespace: web}', annotations) };
    expect(await rules({ ...budget(wrong), ...exempt }, '1.24', '1.36')).toEqual([]);
  });
});

test('a chart that nobody has here is a warning, and what might be in its namespace is not missed', async () => {
  const found = await lines({
    'a.yaml': `${repository}---\n${flux('flux-system', './')}`,
    'b.yaml':
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: web}\nspec:\n  interval: 10m\n  chart: {spec: {chart: web, sourceRef: {kind: GitRepository, name: charts}}}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: charts, namespace: web}\nspec: {interval: 1m, url: "https://example.com/charts", ref: {branch: main}}\n',
    'c.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: web}\nspec: {serviceAccountName: web, containers: [{name: a}]}\n',
  });
  expect(found).toEqual([expect.stringMatching(/^b\.yaml:1 \[release-elsewhere\] HelmRelease\/web\/web FL1203 /)]);
});

test('variables are set before anything is judged', async () => {
  const found = await lines({
    'sync.yaml': `${repository}---\n${flux('root', './', '  postBuild: {substitute: {replicas: "2"}}\n')}`,
    'web.yaml': deployment().replace('spec:\n', `spec:\n  replicas: \${replicas}\n`),
  });
  expect(found).toEqual([]);
});

test('keys that stand twice, and all that is wrong besides, are told', async () => {
  expect(await lines({ 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\ndata: {a: 1}\n' })).toEqual([
    'a.yaml:5 [duplicate-key] has key name twice',
    'a.yaml:6 [schema] ConfigMap/b data.a must be a string, is a number: quote it',
  ]);
});

test('of a folder that nobody applies, only what one folder says twice is twice', async () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  expect(await lines({ 'dev/a.yaml': map, 'prod/a.yaml': map, 'prod/b.yaml': map })).toEqual([
    'prod/b.yaml:1 [duplicate-object] ConfigMap/a is in prod/a.yaml too',
  ]);
  // Two files may be alternatives, two documents of one are not.
  const { findings } = await validate({ 'prod/a.yaml': `${map}---\n${map}` });
  expect(findings.map(({ document, severity }) => [document, severity])).toEqual([
    [2, 'error'],
    [1, 'warning'],
  ]);
});

test('configuration of other programs is left alone', async () => {
  const { findings, objects } = await validate({
    'tsconfig.json': '{ // comments\n "compilerOptions": {} }',
    'package.json': '{"name": "a"}',
    'docker-compose.yml': 'services: {a: {image: b}}\n',
    '.github/workflows/ci.yaml': 'on: push\n',
    'charts/a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
    'charts/a/templates/a.yaml': '{{ if }}\n',
    'kind.yaml': 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n',
  });
  expect({ findings, objects }).toEqual({ findings: [], objects: 0 });
});

test('definitions in the repository, wherever they are, say what custom resources may be', async () => {
  const found = await lines({
    'crds/widget.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.acme.io}\nspec:\n  group: acme.io\n  scope: Namespaced\n  names: {kind: Widget, plural: widgets}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}]\n',
    'apps/widget.yaml': 'apiVersion: acme.io/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}\n',
  });
  expect(found).toEqual(['apps/widget.yaml:4 [schema] Widget/a spec.size must be a whole number, is a string']);
});

test('of a folder that nobody applies, variables and tags of others may be anything', async () => {
  const found = await lines({
    'web.yaml': deployment()
      .replace('spec:\n', `spec:\n  replicas: ${variable('REPLICAS')}\n`)
      .replace('  name: web\n', `  name: web\n  labels: {a: "${variable('A:=b')}"}\n`),
    'wrong.yaml': deployment().replace('name: web', 'name: wrong').replace('spec:\n', 'spec:\n  replicas: many\n'),
    'recyclarr.yml': 'api_key: !env_var KEY\nlist: !include [a]\nmap: !merge {a: b}\n',
    'tool.yaml': 'apiVersion: tool.example.com/v1\nkind: Config\nspec: {}\n',
  });
  expect(found).toEqual(['wrong.yaml:6 [schema] Deployment/wrong spec.replicas must be a whole number, is a string']);
});

test('variables that only the cluster knows stay, and are no wrong values; defaults are taken, others are judged', async () => {
  const from = '  postBuild: {substituteFrom: [{kind: Secret, name: hidden, optional: true}]}\n';
  const found = await lines({
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps', from)}`,
    'apps/a.yaml': deployment().replace('spec:\n', `spec:\n  replicas: ${variable('REPLICAS')}\n  minReadySeconds: ${variable('SECONDS:=soon')}\n`),
  });
  expect(found).toEqual(['apps/a.yaml:7 [schema] Deployment/web spec.minReadySeconds must be a whole number, is a string']);
});

test('what Flux does and the agent does not is a warning; with Flux, an encrypted Secret is an error where nothing says how to decrypt it', async () => {
  const files = {
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps')}---\n${flux('far', './far')}`,
    'apps/a.sops.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: web}\ndata: {a: "ENC[AES256_GCM,data:x]"}\nsops: {mac: "ENC[x]"}\n',
    'far/kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n',
  };
  const told = async (options?: Partial<TreeOptions>, more = {}) =>
    (await validate({ ...files, ...more }, options)).findings.map(({ file, severity, rule }) => `${file} ${severity} ${rule}`);
  expect(await told()).toEqual(['apps/a.sops.yaml warning build', 'far/kustomization.yaml warning build']);
  expect(await told({ runtime: 'flux' })).toEqual(['apps/a.sops.yaml error build', 'far/kustomization.yaml warning build']);
  const decryption = '  decryption: {provider: sops}\n';
  const sync = files['clusters/prod/sync.yaml'].replace(flux('apps', './apps'), flux('apps', './apps', decryption));
  expect(await told({ runtime: 'flux' }, { 'clusters/prod/sync.yaml': sync })).toEqual(['far/kustomization.yaml warning build']);
});

test('what stands beside the clusters may name what they have', async () => {
  const found = await lines({
    'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps')}`,
    'apps/a.yaml': deployment(),
    'later/ks.yaml': flux('later', './later/files', '  dependsOn: [{name: apps}, {name: gone}]\n'),
  });
  expect(found).toEqual([
    'later/ks.yaml:11 [missing-reference] Kustomization/flux-system/later spec.dependsOn[1] names Kustomization/flux-system/gone, which is not there',
  ]);
});

test('the source that a repository without a root is read from is not missed, nor are the accounts of Flux', async () => {
  const account = '  serviceAccountName: kustomize-controller\n  decryption: {provider: sops, secretRef: {name: sops-age}}\n';
  expect(await lines({ 'clusters/prod/apps.yaml': flux('apps', './apps', account), 'apps/a.yaml': deployment() })).toEqual([]);
});

test('what Flux Operator makes of a FluxInstance is there, and so is the Secret that it reads its source with', async () => {
  const instance = (decryption: string) =>
    `apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec:\n  sync: {kind: OCIRepository, url: "oci://example.com/fleet", ref: latest, path: clusters/prod, pullSecret: registry}\n  kustomize:\n    patches: [{target: {kind: Kustomization}, patch: '[${decryption}]'}]\n`;
  const files = (decryption: string) => ({
    'clusters/prod/flux-instance.yaml': instance(decryption),
    'clusters/prod/apps.yaml': flux('apps', './apps', '  dependsOn: [{name: flux-system}]\n').replace('GitRepository', 'OCIRepository'),
    'clusters/prod/a.sops.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: web}\ndata: {a: "ENC[AES256_GCM,data:x]"}\nsops: {mac: "ENC[x]"}\n',
    'apps/a.yaml': deployment(),
  });
  const told = async (decryption: string) =>
    (await validate(files(decryption), { runtime: 'flux' })).findings.map(({ file, severity, rule }) => `${file} ${severity} ${rule}`);
  const kind = 'clusters/prod/flux-instance.yaml warning unknown-kind';
  expect(await told('{"op": "add", "path": "/spec/decryption", "value": {"provider": "sops"}}')).toEqual([kind]);
  expect(await told('')).toEqual(['clusters/prod/a.sops.yaml error build', kind]);
});

describe('what no Kustomization here applies', () => {
  const sync = { 'clusters/prod/sync.yaml': `${repository}---\n${flux('flux-system', './clusters/prod')}---\n${flux('apps', './apps/prod')}` };
  const wrong = deployment('          imagePullPolic: Always\n');
  const field = 'spec.template.spec.containers[0].imagePullPolic is no field here: did you mean imagePullPolicy?';

  test('is built where kustomize can, and judged as it is built, each by itself', async () => {
    const overlay = (replicas: string) =>
      `resources: [../base]\nnamespace: web\npatches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec: {replicas: ${replicas}}\n`;
    const { objects } = await validate({
      ...sync,
      'apps/prod/kustomization.yaml': 'resources: [../base]\n',
      'apps/base/kustomization.yaml': 'resources: [web.yaml]\n',
      'apps/base/web.yaml': wrong,
      'apps/dev/kustomization.yaml': overlay('many'),
      'apps/stg/kustomization.yaml': overlay('3'),
    });
    expect(await lines({})).toEqual([
      'apps/base/web.yaml:5 [schema] Deployment/web/web spec.replicas must be a whole number, is a string',
      `apps/base/web.yaml:13 [schema] Deployment/web ${field}`,
      `apps/base/web.yaml:13 [schema] Deployment/web/web ${field}`,
    ]);
    // The Deployment of each of the three, and three of Flux.
    expect(objects).toBe(6);
  });

  test('has its releases rendered, and may name what its neighbours have', async () => {
    const release =
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: web}\nspec:\n  interval: 10m\n  chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n  valuesFrom: [{kind: ConfigMap, name: values}]\n';
    const found = await lines({
      ...sync,
      'apps/prod/a.yaml': deployment(),
      'apps/dev/kustomization.yaml': 'resources: [web.yaml]\n',
      'apps/dev/web.yaml': release,
      'apps/values/kustomization.yaml': 'resources: [values.yaml]\nnamespace: web\n',
      'apps/values/values.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values}\ndata: {values.yaml: "{}"}\n',
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
      'charts/web/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n',
    });
    expect(found).toEqual([
      'apps/dev/web.yaml:1 [schema] ConfigMap/web/a data.a must be a string, is a number: quote it (web/web, web 1.2.3, web/templates/a.yaml)',
    ]);
  });

  test('is told of where it cannot be built, and where it is a component that nothing takes in', async () => {
    const component = (name: string) => `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: ${name}-\n`;
    const { findings } = await validate({
      ...sync,
      'clusters/prod/with.yaml': flux('with', './apps/prod', '  components: [../../components/flux]\n'),
      'apps/prod/a.yaml': deployment(),
      'apps/far/kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n',
      'apps/near/kustomization.yaml': 'resources: [../prod/a.yaml]\ncomponents: [../../components/used]\n',
      'components/flux/kustomization.yaml': component('flux'),
      'components/used/kustomization.yaml': component('used'),
      'components/unused/kustomization.yaml': component('unused'),
      'circle/a/kustomization.yaml': 'resources: [../b]\n',
      'circle/b/kustomization.yaml': 'resources: [../a]\n',
    });
    expect(findings.map(({ file, severity, rule }) => `${file} ${severity} ${rule}`)).toEqual([
      'apps/far/kustomization.yaml warning not-built',
      'circle/a/kustomization.yaml warning not-built',
      'components/unused/kustomization.yaml warning not-built',
    ]);
  });

  test('is told of where it cannot be built also without any Kustomization of Flux', async () => {
    const found = await lines({ 'a/kustomization.yaml': 'resources: [gone.yaml]\n', '.github/ci.yaml': 'on: push\n' });
    expect(found).toEqual([expect.stringMatching(/^a\/kustomization\.yaml:undefined \[not-built\] FL1201 /)]);
  });
});

test('a Kustomization whose source is elsewhere is told of at its place, unless it says why that is well', async () => {
  const from = (name: string, kind: string, annotations = '') =>
    flux(name, './prod')
      .replace('{kind: GitRepository, name: flux-system}', `{kind: ${kind}, name: ${name}}`)
      .replace('  namespace: flux-system\n', `  namespace: flux-system\n${annotations}`);
  const { findings } = await validate({
    'clusters/prod/apps.yaml': `${from('apps', 'ExternalArtifact')}---\n${from('infra', 'GitRepository')}---\n${from('known', 'Bucket', '  annotations: {exempt.fairlead.dev/source-elsewhere: validated there}\n')}---\n${repository}---\n${flux('flux-system', './clusters/prod')}`,
    'clusters/prod/generator.yaml':
      'apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: {name: apps, namespace: flux-system}\nspec: {artifacts: [{name: apps}]}\n',
  });
  const told = findings.filter(({ rule }) => rule === 'source-elsewhere');
  const text = 'which is not here: what is there was not looked at';
  expect(told.map(({ line, severity, object, message }) => [line, severity, object, message])).toEqual([
    [10, 'warning', 'Kustomization/flux-system/apps', `applies ./prod of ExternalArtifact/flux-system/apps, ${text}`],
    [21, 'warning', 'Kustomization/flux-system/infra', `applies ./prod of GitRepository/flux-system/infra, ${text}`],
  ]);
});
