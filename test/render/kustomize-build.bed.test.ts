import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { createEngine } from '../../src/render/engine';
import { contentOf } from '../../src/render/local-content';
import { binaries } from '../../src/testbed/binaries';
import { BUILD_TIMEOUT_MS } from '../support/bed';

const run = promisify(execFile);
const engine = createEngine();
const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-kustomize-build-'));
let kustomize: string;

beforeAll(async () => {
  kustomize = (await binaries(['kustomize'])).kustomize;
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.com:5000/web:1.0
          env: [{name: A, value: "yes"}, {name: B, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
`;
const others = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: Namespace
metadata: {name: base}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {big: "9007199254740993", on: "on"}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {}}
`;
const base = {
  'base/kustomization.yaml': 'resources: [deployment.yaml, others.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=1], files: [app.ini]}]\n',
  'base/deployment.yaml': deployment,
  'base/others.yaml': others,
  'base/app.ini': '[a]\nb = c\n',
};

/** The folder `overlay` of these files is built. */
const cases: Record<string, Record<string, string>> = {
  'names, namespace and labels': {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\nnamePrefix: p-\nnameSuffix: -s\nnamespace: ns\nlabels: [{pairs: {a: b}, includeSelectors: true}]\ncommonAnnotations: {c: d}\n',
  },
  'images and replicas': {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\nimages: [{name: "registry.example.com:5000/web", newTag: "2.0"}]\nreplicas: [{name: web, count: 3}]\n',
  },
  'patches of both kinds': {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\npatches:\n  - path: merge.yaml\n  - target: {kind: Service}\n    patch: "- {op: add, path: /spec/type, value: LoadBalancer}"\n',
    'overlay/merge.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, resources: {limits: {cpu: 1}}}, {name: side, image: side}]}}}\n',
  },
  'deletion by patch': {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\npatches: [{patch: "$patch: delete\\napiVersion: v1\\nkind: Service\\nmetadata: {name: web}"}]\n',
  },
  'components and generators': {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\ncomponents: [../component]\nsecretGenerator: [{name: s, envs: [s.env]}]\ngeneratorOptions: {disableNameSuffixHash: true}\n',
    'overlay/s.env': 'A=1\n# comment\nB=two words\n',
    'component/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nconfigMapGenerator: [{name: settings, behavior: merge, literals: [b=2]}]\n',
  },
  replacements: {
    ...base,
    'overlay/kustomization.yaml':
      'resources: [../base]\nreplacements:\n  - source: {kind: Service, name: web, fieldPath: spec.ports.0.port}\n    targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=web].env.[name=A].value"]}]\n',
  },
  'a sort order of its own': { ...base, 'overlay/kustomization.yaml': 'resources: [../base]\nsortOptions: {order: fifo}\n' },
  'origin annotations': { ...base, 'overlay/kustomization.yaml': 'resources: [../base]\nbuildMetadata: [originAnnotations, managedByLabel]\n' },
  'old fields': {
    ...base,
    'overlay/kustomization.yaml': 'bases: [../base]\ncommonLabels: {old: label}\npatchesStrategicMerge: [p.yaml]\n',
    'overlay/p.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {x: y}}\n',
  },
  'a base above': { ...base, 'overlay/kustomization.yaml': 'resources: [..]\n', 'kustomization.yaml': 'resources: [base]\n' },
  'a missing file': { 'overlay/kustomization.yaml': 'resources: [gone.yaml]\n' },
  'a file with an error': { 'overlay/kustomization.yaml': 'resources: [a.yaml]\n', 'overlay/a.yaml': 'a: [\n' },
  'an object twice': { ...base, 'overlay/kustomization.yaml': 'resources: [../base, again.yaml]\n', 'overlay/again.yaml': deployment },
  'an unknown field': { 'overlay/kustomization.yaml': 'resorces: []\n' },
  'an empty kustomization': { 'overlay/kustomization.yaml': '' },
};

// Flux's generator reads and writes the kustomization anew: it adds origin annotations where there are no resources, and drops what it does not know.
const changedByFlux = ['old fields', 'an unknown field', 'an empty kustomization'];

// With an overlay, even an empty one, the engine does as Flux's generator, as the agent has it do.
test.each(Object.keys(cases).flatMap((name) => [[name, undefined] as const, ...(changedByFlux.includes(name) ? [] : [[name, {}] as const])]))(
  '%s, overlay %j: the same objects in the same order',
  async (name, overlay) => {
    const root = path.join(folder, name.replaceAll(' ', '-'));
    for (const [file, text] of Object.entries(cases[name])) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    const theirs = await run(kustomize, ['build', '--reorder', 'none', path.join(root, 'overlay')]).then(
      async ({ stdout }) => (await engine.parse(contentOf({ 'all.yaml': stdout }))).objects.map(({ json }) => json.toString()),
      () => 'fails',
    );
    const ours = await engine.build(contentOf(cases[name]), { path: 'overlay', overlay }).then(
      ({ objects }) => objects.map(({ json }) => json.toString()),
      () => 'fails',
    );
    expect(ours).toEqual(theirs);
  },
);
