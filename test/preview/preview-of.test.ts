import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/model/object';
import { nameOf } from '../../src/model/object';
import type { ChartLibrary } from '../../src/preview/chart-library';
import { openTree } from '../../src/preview/open-tree';
import { PreviewMemory } from '../../src/preview/preview-memory';
import { previewOf } from '../../src/preview/preview-of';
import type { PreviewOptions } from '../../src/preview/preview-options';
import type { Preview, PreviewLayer, PreviewRelease } from '../../src/preview/types';
import { createEngine } from '../../src/render/engine';
import type { Engine } from '../../src/render/types';
import { chart, cluster, configMap, definition, gitRepository, kustomization, release, yaml } from './flux-repository';
import { MemoryTree } from './memory-tree';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const engine = createEngine();
const nowhere: ChartLibrary = {
  published: () => Promise.reject(new Error('nothing is published')),
  artifact: () => Promise.reject(new Error('nothing is published')),
};
afterAll(() => engine.close());

const preview = (files: Readonly<Record<string, string>>, options: Partial<PreviewOptions> = {}): Promise<Preview> =>
  previewOf(new MemoryTree(files), '', { engine, charts: nowhere, ...options });

const layers = ({ clusters }: Preview): readonly PreviewLayer[] => clusters.flatMap((one) => one.layers);
const layer = (of: Preview, name: string) => layers(of).find((one) => one.name === name) as PreviewLayer;
const onlyRelease = (of: Preview): PreviewRelease => {
  const [one, ...more] = layers(of).flatMap(({ releases }) => releases);
  expect(more).toEqual([]);
  return one;
};
const said = ({ objects }: PreviewRelease) => {
  const [settings] = objects.filter(({ id }) => id.kind === 'ConfigMap');
  return (settings.object as KubeObject & { data: { said: unknown } }).data.said;
};
const variable = (name: string) => `\${${name}}`;
const names = (of: readonly { readonly id: Parameters<typeof nameOf>[0] }[]) => of.map(({ id }) => nameOf(id));

/** An app that is one release of the chart. */
const app = (data: string, spec = {}, more: Readonly<Record<string, string>> = {}) => ({
  ...cluster('prd', kustomization('apps', './apps')),
  'apps/web.yaml': yaml(release('web', 'dev', spec)),
  ...chart(data, more),
});

describe('what synth writes', () => {
  const example = (folder: string) =>
    openTree(join(EXAMPLES, folder)).then(({ tree, prefix }) => previewOf(tree, `${prefix}dist`, { engine, charts: nowhere }));

  test('is clusters, layers by folder, and releases that are rendered', async () => {
    const { clusters } = await example('podinfo');
    expect(clusters).toMatchObject([{ name: 'gke', branch: 'main', kubernetesVersion: '1.36', root: { namespace: 'flux-system', name: 'gke' } }]);
    const found = clusters[0].layers.map(({ name, namespaces, objects, releases, problems }) => ({
      name,
      namespaces,
      objects: objects.length,
      releases: releases.map((one) => [one.releaseName, ...names(one.objects), one.problem]),
      problems,
    }));
    const made = (name: string, namespace: string) => ['ServiceAccount', 'Service', 'Deployment'].map((kind) => `${kind}/${namespace}/${name}`);
    expect(found).toEqual([
      { name: '_sync', namespaces: ['flux-system'], objects: 6, releases: [], problems: [] },
      { name: '_images', namespaces: ['flux-system'], objects: 5, releases: [], problems: [] },
      { name: 'dev', namespaces: ['dev'], objects: 3, releases: [['podinfo-dev', ...made('podinfo-dev', 'dev'), undefined]], problems: [] },
      { name: 'prod', namespaces: ['prod'], objects: 2, releases: [['podinfo-prod', ...made('podinfo-prod', 'prod'), undefined]], problems: [] },
      {
        name: 'stg',
        namespaces: ['stg'],
        objects: 2,
        releases: [['podinfo-rc', ...made('podinfo-rc', 'stg'), 'HorizontalPodAutoscaler/stg/podinfo-rc', undefined]],
        problems: [],
      },
    ]);
  });

  test('carries the labels the agent applies it with', async () => {
    const dev = layer(await example('podinfo'), 'dev');
    expect(dev.objects[0].object.metadata.labels).toEqual({
      'kustomize.toolkit.fluxcd.io/name': 'dev',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    });
    const [account] = dev.releases[0].objects;
    expect(account.template).toBe('podinfo/templates/serviceaccount.yaml');
    expect(account.object.metadata).toMatchObject({
      namespace: 'dev',
      labels: { 'app.kubernetes.io/managed-by': 'Helm', 'helm.toolkit.fluxcd.io/name': 'podinfo-dev', 'helm.toolkit.fluxcd.io/namespace': 'dev' },
      annotations: { 'meta.helm.sh/release-name': 'podinfo-dev', 'meta.helm.sh/release-namespace': 'dev' },
    });
  });

  test('has the inputs of a commit where nothing was changed, and others for the release that was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-preview-'));
    try {
      cpSync(join(EXAMPLES, 'podinfo'), folder, { recursive: true });
      const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
      git('init', '-q');
      git('add', '-A');
      git('commit', '-qm', 'state');
      const values = join(folder, 'dist/gke/prod/prod/helmrelease.helm.toolkit.fluxcd.io-podinfo-prod.yaml');
      writeFileSync(values, readFileSync(values, 'utf8').replace('replicaCount: 3', 'replicaCount: 4'));
      const inputs = async (ref?: string) => {
        const { tree, prefix, close } = await openTree(folder, ref);
        const found = await previewOf(tree, `${prefix}dist`, { engine, charts: nowhere, rendering: 'later' });
        close();
        return Object.fromEntries(layers(found).flatMap(({ releases }) => releases.map((one) => [one.name, one.inputs])));
      };
      const [before, after] = [await inputs('HEAD'), await inputs()];
      expect(after['podinfo-dev']).toBe(before['podinfo-dev']);
      expect(after['podinfo-prod']).not.toBe(before['podinfo-prod']);
      expect(Object.values(after)).not.toContain(undefined);
      await expect(openTree(folder, 'nowhere')).rejects.toThrow('FL1208: nowhere is no commit of this repository');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a repository of others', () => {
  test('is walked from the Kustomizations that apply themselves, through overlays, substitutions and what they bring', async () => {
    const found = await preview({
      ...cluster('prd', kustomization('apps', './apps/prd', { targetNamespace: 'shop', postBuild: { substitute: { color: 'red' } } })),
      ...cluster('stg', kustomization('apps', './apps/base', { postBuild: { substitute: { color: 'blue' } } })),
      'apps/prd/kustomization.yaml': 'resources: [../base]\nnamePrefix: prd-\n',
      'apps/base/kustomization.yaml': 'resources: [settings.yaml]\n',
      'apps/base/settings.yaml': yaml(configMap('settings', 'default', { color: variable('color') })),
      'apps/unused/broken.yaml': '{',
    });
    expect(found.clusters.map(({ name, branch }) => [name, branch])).toEqual([
      ['prd', 'main'],
      ['stg', 'main'],
    ]);
    const [prd, stg] = found.clusters.map((one) => one.layers.find(({ name }) => name === 'apps') as PreviewLayer);
    expect(names(prd.objects)).toEqual(['ConfigMap/shop/prd-settings']);
    expect(prd.objects[0].object.data).toEqual({ color: 'red' });
    expect(stg.objects[0].object.data).toEqual({ color: 'blue' });
    expect(prd.path).toBe('apps/prd');
  });

  test('is one layer where no Kustomization applies anything', async () => {
    const found = await previewOf(new MemoryTree({ 'manifests/web/a.yaml': yaml(configMap('a', 'dev', {})) }), 'manifests', {
      engine,
      charts: nowhere,
    });
    expect(found.clusters).toMatchObject([{ name: 'manifests', layers: [{ name: 'manifests', path: 'manifests' }] }]);
    expect(names(layers(found)[0].objects)).toEqual(['ConfigMap/dev/a']);
    expect(layers(found)[0].objects[0].object.metadata.labels).toBeUndefined();
  });

  test('without a Kustomization that applies itself is a cluster for each folder of those that nobody applies', async () => {
    const found = await preview({
      'clusters/prd/tenants.yaml': yaml(kustomization('tenants', './tenants')),
      'clusters/stg/tenants.yaml': yaml(kustomization('tenants', './tenants')),
      'tenants/web.yaml': yaml(kustomization('web', './web')),
      'web/a.yaml': yaml(configMap('a', 'dev', {})),
    });
    expect(found.clusters.map(({ name, layers: all }) => [name, all.map((one) => one.name)])).toEqual([
      ['prd', ['tenants', 'web']],
      ['stg', ['tenants', 'web']],
    ]);
  });

  test('without a Kustomization that applies itself is one cluster where its Kustomizations are called differently', async () => {
    const found = await preview({
      'flux/apps/apps.yaml': yaml(kustomization('apps', './web')),
      'flux/infra/infra.yaml': yaml(kustomization('infra', './web')),
      'web/a.yaml': yaml(configMap('a', 'dev', {})),
    });
    expect(found.clusters.map(({ name, layers: all }) => [name, all.map((one) => one.name)])).toEqual([['flux', ['apps', 'infra']]]);
  });

  test.each([
    ['with', cluster('prd', kustomization('apps', './apps'))],
    ['without', { 'clusters/prd/layers.yaml': yaml(kustomization('apps', './apps')) }],
  ])('%s a root takes all of another repository for none of its own folders', async (_, files) => {
    const other = { sourceRef: { kind: 'OCIRepository', name: 'other' } };
    const found = await preview({ ...files, 'apps/other.yaml': yaml(kustomization('other', './', other)), '.github/ci.yaml': 'on: push\n' });
    expect(found.clusters.map(({ name }) => name)).toEqual(['prd']);
    expect(layers(found).flatMap(({ problems }) => problems)).toEqual([]);
    expect(layer(found, 'other').notes).toEqual(['its files are in another repository: OCIRepository/flux-system/other, ./']);
  });

  test.each([
    ['above', 'platform/clusters/prd/', './clusters/prd'],
    ['below', 'clusters/prd/', './platform/clusters/prd'],
  ])('is read from a tree that begins %s its root', async (_, folder, path) => {
    const found = await preview({
      [`${folder}sync.yaml`]: yaml(gitRepository(), kustomization('flux-system', path)),
      [`${folder}a.yaml`]: yaml(configMap('a', 'dev', {})),
    });
    expect(layers(found)).toMatchObject([{ path: folder.slice(0, -1), problems: [] }]);
    expect(names(layers(found)[0].objects)).toContain('ConfigMap/dev/a');
  });

  test('has no root that reads what is put together in the cluster, or what another repository has under a folder of the same name', async () => {
    const artifact = { sourceRef: { kind: 'ExternalArtifact', name: 'apps' } };
    const made = await preview({ 'clusters/prd/apps.yaml': yaml(kustomization('apps', './prd', artifact)) });
    expect(layers(made)).toMatchObject([{ name: 'apps', elsewhere: { path: './prd', file: 'clusters/prd/apps.yaml' } }]);
    expect(layers(made)[0].path).toBeUndefined();

    const other = { sourceRef: { kind: 'GitRepository', name: 'other' } };
    const found = await preview({
      'clusters/prd/tenants.yaml': yaml(kustomization('tenants', './tenants/apps')),
      'clusters/stg/tenants.yaml': yaml(kustomization('tenants', './tenants/apps')),
      'tenants/apps/update/sync.yaml': yaml(kustomization('update', './update', other)),
    });
    expect(found.clusters.map(({ name, layers: all }) => [name, all.map((one) => one.name)])).toEqual([
      ['prd', ['tenants', 'update']],
      ['stg', ['tenants', 'update']],
    ]);
  });

  test('has any YAML in folders that nobody applies, and no problem with it', async () => {
    const found = await preview({ '.github/ci.yaml': 'on: push\n', 'a.yaml': yaml(configMap('a', 'dev', {})), 'b.yaml': 'a: [\n' });
    expect(layers(found)[0].problems.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^b\.yaml:\d+ cannot be read/)]);
  });

  test('says which layer is in another one', async () => {
    const other = { sourceRef: { kind: 'GitRepository', name: 'other' } };
    const found = await preview(cluster('prd', gitRepository('other', 'ssh://git@example.com/other'), kustomization('shared', './shared', other)));
    expect(layer(found, 'shared')).toMatchObject({
      objects: [],
      problems: [],
      notes: ['its files are in another repository: GitRepository/flux-system/other, ./shared'],
    });
    expect(layer(found, 'shared').path).toBeUndefined();
  });

  test('gives variables from its ConfigMaps, and says that those of Secrets are unknown', async () => {
    const substituteFrom = [
      { kind: 'ConfigMap', name: 'vars' },
      { kind: 'Secret', name: 'hidden' },
    ];
    const found = await preview({
      ...cluster('prd', configMap('vars', 'flux-system', { color: 'red' }), kustomization('apps', './apps', { postBuild: { substituteFrom } })),
      'apps/a.yaml': yaml(configMap('a', 'dev', { color: variable('color'), secret: variable('token') })),
    });
    expect(layer(found, 'apps').objects[0].object.data).toMatchObject({ color: 'red' });
    expect(layer(found, 'apps').notes).toEqual(['variables of Secret flux-system/hidden are not known here']);
  });
});

describe('a repository of Flux Operator', () => {
  const instance = (path: string, spec: object = {}, ref = 'refs/heads/main') => ({
    apiVersion: 'fluxcd.controlplane.io/v1',
    kind: 'FluxInstance',
    metadata: { name: 'flux', namespace: 'flux-system' },
    spec: { sync: { kind: 'GitRepository', url: 'ssh://git@example.com/fleet', ref, path }, ...spec },
  });
  const apps = {
    'clusters/prd/apps.yaml': yaml(kustomization('apps', './apps')),
    'apps/a.yaml': yaml(configMap('a', 'dev', { color: variable('color') })),
  };
  const shown = ({ clusters }: Preview) => clusters.map(({ name, layers: all }) => [name, ...all.map((one) => one.name)]);

  test.each(['clusters/prd/flux-system/flux-instance.yaml', 'bootstrap/flux-instance.yaml'])(
    'starts with what the operator makes of its FluxInstance, in %s',
    async (file) => {
      const found = await preview({ ...apps, [file]: yaml(instance('clusters/prd')) });
      const source = { kind: 'GitRepository', namespace: 'flux-system', name: 'flux-system' };
      expect(found.clusters).toMatchObject([
        { name: 'prd', branch: 'main', root: { namespace: 'flux-system', name: 'flux-system', source }, sources: [source] },
      ]);
      expect(shown(found)).toEqual([['prd', 'apps', 'flux-system']]);
      const root = layer(found, 'flux-system');
      expect([root.path, root.problems]).toEqual(['clusters/prd', []]);
      const made = root.objects.filter(({ id }) => id.name === 'flux-system');
      expect(made.map(({ id, ...one }) => [id.kind, one.file, one.document])).toEqual([
        ['GitRepository', file, 1],
        ['Kustomization', file, 1],
      ]);
    },
  );

  test('takes what its FluxInstance says of the Kustomization by patches; what cannot be patched is as it would be without', async () => {
    const patches = (patch: string) => ({
      kustomize: {
        patches: [
          { target: { kind: 'Deployment' }, patch: '[{"op":"remove","path":"/spec/none"}]' },
          { target: { kind: 'Kustomization' }, patch },
        ],
      },
    });
    const add = (spec: object) => JSON.stringify(Object.entries(spec).map(([name, value]) => ({ op: 'add', path: `/spec/${name}`, value })));
    const file = 'clusters/prd/flux-instance.yaml';
    const patched = await preview({ ...apps, [file]: yaml(instance('clusters/prd', patches(add({ decryption: { provider: 'sops' } })))) });
    expect(layer(patched, 'flux-system').decrypts).toBe(true);
    const bad = await preview({ ...apps, [file]: yaml(instance('clusters/prd', patches('[{"op":"remove","path":"/spec/none"}]'))) });
    expect([shown(bad), layer(bad, 'flux-system').decrypts]).toEqual([[['prd', 'apps', 'flux-system']], undefined]);
  });

  test('has each of its clusters, and one of them once that was bootstrapped before', async () => {
    const found = await preview({
      ...cluster('prd', kustomization('apps', './apps')),
      ...apps,
      'clusters/prd/flux-instance.yaml': yaml(instance('./clusters/prd/')),
      'bootstrap/stg.yaml': yaml(instance('clusters/stg', {}, 'refs/tags/v1')),
      'clusters/stg/apps.yaml': yaml(kustomization('apps', './apps')),
    });
    expect(shown(found)).toEqual([
      ['prd', 'apps', 'flux-system'],
      ['stg', 'apps', 'flux-system'],
    ]);
    expect(found.clusters.map(({ branch }) => branch)).toEqual(['main', undefined]);
    const roots = found.clusters[0].layers[1].objects.filter(({ id }) => id.name === 'flux-system');
    expect(roots.map(({ id, file }) => [id.kind, file])).toEqual([
      ['GitRepository', 'clusters/prd/flux-system/gotk-sync.yaml'],
      ['Kustomization', 'clusters/prd/flux-system/gotk-sync.yaml'],
    ]);
  });

  test('has its own files under another name of the same branch, and none of the paths that examples name', async () => {
    const found = await preview({
      ...apps,
      'clusters/prd/more.yaml': yaml(gitRepository('same'), kustomization('more', './apps', { sourceRef: { kind: 'GitRepository', name: 'same' } })),
      'clusters/prd/flux-instance.yaml': yaml(instance('clusters/prd')),
      'docs/flux-instance.yaml': yaml(instance('clusters/my-cluster')),
    });
    expect(shown(found)).toEqual([['prd', 'apps', 'flux-system', 'more']]);
    expect(layer(found, 'more').path).toBe('apps');
  });
});

describe('what is wrong', () => {
  test('is told with its layer, and hides nothing else', async () => {
    const found = await preview({
      ...cluster('prd', kustomization('apps', './apps'), kustomization('gone', './gone'), kustomization('built', './built')),
      'apps/broken.yaml': `${yaml(configMap('good', 'dev', {}))}---\nkind: [\n`,
      'built/kustomization.yaml': 'resources: [missing.yaml]\n',
    });
    expect(names(layer(found, 'apps').objects)).toEqual(['ConfigMap/dev/good']);
    expect(layer(found, 'apps').problems[0].message).toMatch(/^FL1201: apps\/broken\.yaml.* cannot be read: /);
    expect(layer(found, 'gone').problems.map(({ message }) => message)).toEqual([
      'FL1202: Kustomization gone reads gone, and there is no such folder',
    ]);
    expect(layer(found, 'built').problems[0].message).toContain('kustomize build failed');
  });

  test('is told with its layer also where variables are no text', async () => {
    const numbers = kustomization('numbers', './apps', { postBuild: { substitute: { replicas: 5 } } });
    const found = await preview({
      ...cluster('prd', numbers, kustomization('apps', './apps')),
      'apps/good.yaml': yaml(configMap('good', 'dev', {})),
    });
    expect(layer(found, 'numbers').problems[0].message).toContain('cannot unmarshal number');
    expect(names(layer(found, 'apps').objects)).toEqual(['ConfigMap/dev/good']);
  });

  test.each([
    ['does not render', app('{{ fail "no color" }}'), 'FL6011'],
    ['has no spec', { ...app(''), 'apps/web.yaml': yaml({ ...release('web', 'dev'), spec: undefined }) }, 'FL4010'],
    [
      'has no chart',
      { ...app(''), 'apps/web.yaml': yaml(release('web', 'dev', {}, { chart: 'charts/gone' })) },
      'FL1205: HelmRelease dev/web takes its chart from charts/gone, and there is nothing',
    ],
    [
      'takes its chart from nobody',
      { ...app(''), 'apps/web.yaml': yaml(release('web', 'dev', {}, { sourceRef: { kind: 'HelmRepository', name: 'hub' } })) },
      'FL1204: HelmRelease dev/web takes its chart from HelmRepository/dev/hub, which is in none of the files of its cluster',
    ],
    [
      'takes its chart from another repository',
      {
        ...app(''),
        'apps/web.yaml': yaml(
          gitRepository('other', 'ssh://git@example.com/other'),
          release('web', 'dev', {}, { sourceRef: { kind: 'GitRepository', name: 'other', namespace: 'flux-system' } }),
        ),
      },
      'FL1203: the chart of HelmRelease dev/web is in another repository: GitRepository/flux-system/other',
    ],
    [
      'lacks a values file',
      { ...app(''), 'apps/web.yaml': yaml(release('web', 'dev', {}, { valuesFiles: ['charts/web/gone.yaml'] })) },
      'charts/web/gone.yaml',
    ],
  ])('is told with a release that %s', async (_, files, message) => {
    const one = onlyRelease(await preview(files));
    expect(one.problem?.message).toContain(message);
    expect(one.objects).toEqual([]);
  });
});

test('releases that lack the same source are told of by their own names', async () => {
  const lost = (name: string) => release(name, 'dev', {}, { sourceRef: { kind: 'HelmRepository', name: 'hub' } });
  const found = await preview({ ...app(''), 'apps/web.yaml': yaml(lost('web'), lost('api')) });
  const said = layers(found).flatMap(({ releases }) => releases.map(({ problem }) => problem?.message.split(' takes')[0]));
  expect(said).toEqual(['FL1204: HelmRelease dev/web', 'FL1204: HelmRelease dev/api']);
});

test('a release whose chart cannot be had says what Git says of it, the source of the chart included', async () => {
  const written = async (tag: string, spec = {}) => {
    const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata: { name: 'web', namespace: 'dev' } };
    const chartRef = { chart: undefined, chartRef: { kind: 'OCIRepository', name: 'web' }, ...spec };
    const objects = [{ ...source, spec: { interval: '1h', url: 'oci://example.com/web', ref: { tag } } }, release('web', 'dev', chartRef)];
    return onlyRelease(await preview({ ...app(''), 'apps/web.yaml': yaml(...objects) })).written;
  };
  const one = await written('1.0.0');
  expect(one).toBeDefined();
  expect(await written('1.0.0')).toBe(one);
  expect(await written('1.0.1')).not.toBe(one);
  expect(await written('1.0.0', { values: { color: 'red' } })).not.toBe(one);
});

describe('a release', () => {
  test('is rendered with values from ConfigMaps of its cluster; those of Secrets are left out, and it says so', async () => {
    const valuesFrom = [
      { kind: 'ConfigMap', name: 'values' },
      { kind: 'Secret', name: 'hidden' },
      { kind: 'ConfigMap', name: 'late' },
    ];
    const files = {
      ...app('{{ .Values.color }}-{{ .Values.size }}', { valuesFrom, values: { size: 2 } }),
      'apps/values.yaml': yaml(configMap('values', 'dev', { 'values.yaml': 'color: red\nsize: 1\n' })),
    };
    const one = onlyRelease(await preview(files));
    expect(said(one)).toBe('red-2');
    expect(one.values).toEqual({ color: 'red', size: 2 });
    expect(one.notes).toEqual([
      'values of Secret/dev/hidden are left out: nobody but the cluster knows them',
      'values of ConfigMap/dev/late are left out: it is in none of the files of the cluster',
    ]);
  });

  test('sees the version of Kubernetes that its cluster names, or the one that is asked for', async () => {
    const files = {
      ...app('{{ .Capabilities.KubeVersion.Version }}'),
      'clusters/prd/flux-system/gotk-sync.yaml': yaml(
        gitRepository(),
        kustomization('flux-system', './clusters/prd', {}, { 'fairlead.dev/kubernetes-version': '1.34' }),
      ),
    };
    expect(said(onlyRelease(await preview(files)))).toBe('v1.34.0');
    expect(said(onlyRelease(await preview(files, { kubernetesVersion: '1.37.1' })))).toBe('v1.37.1');
  });

  test('sees the kinds that CRDs of its cluster bring, and those of charts', async () => {
    const has =
      '{{ .Capabilities.APIVersions.Has "a.example/v1/One" }}-{{ .Capabilities.APIVersions.Has "b.example/v1" }}-{{ .Capabilities.APIVersions.Has "c.example/v1" }}';
    const files = app(has, {}, { 'crds/two.yaml': yaml(definition('b.example', 'Two', 'Namespaced')) });
    const one = onlyRelease(await preview({ ...files, 'apps/one.yaml': yaml(definition('a.example', 'One', 'Cluster')) }));
    expect(said(one)).toBe('true-true-false');
    expect(names(one.objects)).toEqual(['CustomResourceDefinition/twos.b.example', 'ConfigMap/dev/web']);
  });

  test('puts into its namespace what belongs to one', async () => {
    const template = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n`;
    const more = {
      'templates/a.yaml': template('rbac.authorization.k8s.io/v1', 'ClusterRole'),
      'templates/b.yaml': template('a.example/v1', 'One'),
      'templates/c.yaml': template('a.example/v1', 'Two'),
    };
    const files = { ...app('x', { targetNamespace: 'shop' }, more), 'apps/one.yaml': yaml(definition('a.example', 'One', 'Cluster')) };
    const one = onlyRelease(await preview(files));
    expect([one.releaseName, one.releaseNamespace]).toEqual(['shop-web', 'shop']);
    expect(names(one.objects).sort()).toEqual(['ClusterRole/x', 'ConfigMap/shop/shop-web', 'One/x', 'Two/shop/x']);
  });

  test('has hooks apart, and takes its own values files, post-renderers and common metadata', async () => {
    const hook = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }\nspec: {}\n';
    const spec = {
      commonMetadata: { labels: { team: 'a' } },
      postRenderers: [{ kustomize: { patches: [{ target: { kind: 'ConfigMap' }, patch: '[{"op":"add","path":"/data/more","value":"yes"}]' }] } }],
    };
    const files = { ...app('{{ .Values.color }}', {}, { 'templates/hook.yaml': hook, 'prd.yaml': 'color: green\n' }) };
    const one = onlyRelease(
      await preview({ ...files, 'apps/web.yaml': yaml(release('web', 'dev', spec, { valuesFiles: ['charts/web/prd.yaml'] })) }),
    );
    expect(one.objects.map(({ object }) => object.data)).toEqual([{ said: 'green', more: 'yes' }]);
    expect(one.objects[0].object.metadata.labels).toMatchObject({ team: 'a' });
    expect(names(one.hooks)).toEqual(['Job/dev/migrate']);
  });

  test('is rendered when it is asked for, and once for two trees in which it is the same', async () => {
    let renders = 0;
    const counting: Engine = Object.assign(Object.create(engine), {
      render: (...args: Parameters<Engine['render']>) => {
        renders += 1;
        return engine.render(...args);
      },
    });
    const memory = new PreviewMemory();
    const options = { engine: counting, memory, rendering: 'later' } as const;
    const [one, other] = (await Promise.all([preview(app('x'), options), preview({ ...app('x'), 'README.md': 'another tree' }, options)])).map(
      onlyRelease,
    );
    expect([renders, one.objects.length, one.inputs === other.inputs]).toEqual([0, 0, true]);
    const rendered = await Promise.all([one.render?.(), one.render?.(), other.render?.()]);
    expect([renders, ...rendered.map((each) => names(each?.objects ?? []))]).toEqual([
      1,
      ['ConfigMap/dev/web'],
      ['ConfigMap/dev/web'],
      ['ConfigMap/dev/web'],
    ]);
  });

  test.each([
    ['user values', { values: { color: 'blue' } }, {}],
    ['name', { releaseName: 'other' }, {}],
    ['policy for CRDs', { install: { crds: 'Skip' } }, {}],
    ['post-renderers', { postRenderers: [{ kustomize: {} }] }, {}],
    ['chart files', {}, { 'templates/NOTES.txt': 'hello' }],
  ])('has other inputs with another %s', async (_, spec, more) => {
    const [before, after] = await Promise.all([preview(app('x'), { rendering: 'later' }), preview(app('x', spec, more), { rendering: 'later' })]);
    expect(onlyRelease(after).inputs).not.toBe(onlyRelease(before).inputs);
  });

  test('is rendered for another version of Kubernetes where its chart or values ask what a cluster offers, and else not', async () => {
    const other = async (files: Readonly<Record<string, string>>) =>
      onlyRelease(await preview(files, { kubernetesVersion: '1.36' })).renderFor?.('1.37');
    const version = '{{ .Capabilities.KubeVersion.Version }}';
    const asked = (await other(app(version))) as PreviewRelease;
    expect([said(asked), asked.inputs]).toEqual(['v1.37.0', expect.any(String)]);
    expect(asked.inputs).not.toBe(onlyRelease(await preview(app(version), { kubernetesVersion: '1.36' })).inputs);
    const inValues = (await other(app('{{ tpl .Values.said . }}', { values: { said: version } }))) as PreviewRelease;
    expect(said(inValues)).toBe('v1.37.0');
    expect(await other(app('x', {}, { 'crds/one.yaml': `# Capabilities\n${yaml(definition('a.example', 'One', 'Cluster'))}` }))).toBeUndefined();
    const bound = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: "<1.37-0"\n' };
    expect((await other(app('x', {}, bound)))?.problem?.detail).toContain('incompatible with Kubernetes v1.37.0');
  });

  test('sees what its version of Kubernetes serves, where somebody says what that is', async () => {
    const has = '{{ .Capabilities.APIVersions.Has "policy/v1" }}-{{ .Capabilities.APIVersions.Has "apps/v9/Odd" }}';
    const apiVersions = (version?: string) => (version === '1.36' ? ['apps/v9/Odd'] : []);
    expect(said(onlyRelease(await preview(app(has))))).toBe('true-false');
    expect(said(onlyRelease(await preview(app(has), { kubernetesVersion: '1.36', apiVersions })))).toBe('false-true');
  });

  test('is left out with its layer where another is asked for, which still reads what is there', async () => {
    const files = {
      ...cluster('prd', kustomization('apps', './apps'), kustomization('base', './base'), kustomization('more', './more')),
      'apps/web.yaml': yaml(release('web', 'dev', { valuesFrom: [{ kind: 'ConfigMap', name: 'values' }] })),
      'base/values.yaml': yaml(configMap('values', 'dev', { 'values.yaml': 'color: red' })),
      'more/web.yaml': yaml(release('web', 'more')),
      ...chart('{{ .Values.color }}'),
    };
    const found = await preview(files, { layers: ['apps'] });
    expect(layers(found).map(({ name }) => name)).toEqual(['apps']);
    expect(said(onlyRelease(found))).toBe('red');
  });
});

test.each<[string, object]>([
  ['has no spec.sourceRef with kind and name', { sourceRef: undefined }],
  ['has no spec.sourceRef with kind and name', { sourceRef: 5 }],
  ['has a spec.path that is no text', { path: 5 }],
  ['has a spec.postBuild.substituteFrom that is no list', { postBuild: { substituteFrom: 5 } }],
])('a Kustomization that %s is a problem of the layer it stands in', async (lack, spec) => {
  const made = await preview({ 'c/_sync/k.yaml': yaml(kustomization('c', 'c/_sync'), kustomization('odd', 'c/odd', { path: 'c/odd', ...spec })) });
  expect(layers(made)).toHaveLength(1);
  expect(layers(made)[0].problems.map(({ detail }) => detail)).toEqual([`c/_sync/k.yaml cannot be read: Kustomization odd ${lack}`]);
});
