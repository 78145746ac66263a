// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux's variables look like this
import { errors } from '../../src/common/errors';
import type { ManifestObject } from '../../src/model/object';
import { createEngine } from '../../src/render/engine';
import { contentOf } from '../../src/render/local-content';
import { templateOutput } from '../../src/render/template-output';

const engine = createEngine();
afterAll(() => engine.close());

const jsonOf = (object: ManifestObject) => JSON.parse(object.json.toString());
const configMap = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

function chart(templates: Record<string, string>, files: Record<string, string> = {}) {
  const named = Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text]));
  return contentOf({ 'Chart.yaml': 'apiVersion: v2\nname: some-chart\nversion: 1.2.3\n', ...named, ...files });
}

function render(templates: Record<string, string>, more: object = {}) {
  return engine.render({ chart: chart(templates), name: 'some-release', namespace: 'some-namespace', ...more });
}

describe('parse', () => {
  test('a document that cannot be read leaves its siblings', async () => {
    const broken = `${configMap('a')}---\nfoo: [\n---\n${configMap('b')}---\nkind: Pod\n`;
    const { objects, errors } = await engine.parse(contentOf({ 'x.yaml': broken, 'y.yml': configMap('c'), 'z.txt': 'no' }));
    expect(objects.map(({ name, file, document }) => [name, file, document])).toEqual([
      ['a', 'x.yaml', 1],
      ['b', 'x.yaml', 3],
      ['c', 'y.yml', 1],
    ]);
    expect(errors).toEqual([
      { file: 'x.yaml', document: 2, line: 6, message: expect.stringContaining('did not find') },
      { file: 'x.yaml', document: 4, line: 13, message: 'not a Kubernetes object: apiVersion is missing' },
    ]);
  });

  test('numbers arrive as they are written', async () => {
    const { objects } = await engine.parse(contentOf({ 'a.yaml': configMap('a', 'data: {big: 9223372036854775807, small: 0.1, text: "007"}\n') }));
    expect(objects[0].json.toString()).toContain('"data":{"big":9223372036854775807,"small":0.1,"text":"007"}');
  });

  test('lists are their items, of any kind', async () => {
    const items = `apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${configMap('a').trim().replaceAll('\n', '\n  ')}\n`;
    const { objects, errors } = await engine.parse(contentOf({ 'a.yaml': items }));
    expect([objects.map(({ kind, name }) => `${kind}/${name}`), errors]).toEqual([['ConfigMap/a'], []]);
  });

  test('an object that is there twice is an error, in whatever version', async () => {
    const ingress = (version: string) => `apiVersion: networking.k8s.io/${version}\nkind: Ingress\nmetadata: {name: a, namespace: ns}\n`;
    const { objects, errors } = await engine.parse(contentOf({ 'a.yaml': ingress('v1'), 'b.yaml': `---\n${ingress('v1beta1')}` }));
    expect(objects).toHaveLength(1);
    expect(errors).toEqual([{ file: 'b.yaml', document: 1, line: 2, message: 'Ingress/ns/a is defined already in a.yaml, document 1' }]);
  });

  test('a key that is there twice is an error', async () => {
    const { errors } = await engine.parse(contentOf({ 'a.yaml': configMap('a', 'data: {a: x}\ndata: {b: y}\n') }));
    expect(errors).toEqual([{ file: 'a.yaml', document: 1, line: 6, message: expect.stringContaining('"data" already set') }]);
  });

  test('what configures kustomize is no object, and only chosen files are read', async () => {
    const files = {
      'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'a.yaml': configMap('a'),
      'b.yaml': '[',
    };
    const { objects, errors } = await engine.parse(contentOf(files), { files: ['kustomization.yaml', 'a.yaml'] });
    expect([objects.map(({ name }) => name), errors]).toEqual([['a'], []]);
  });

  test('an unchanged content does not travel twice', async () => {
    const content = contentOf({ 'a.yaml': configMap('once') });
    await engine.parse(content);
    const { objects } = await engine.parse({ digest: content.digest, files: [], read: () => Promise.reject(new Error('asked again')) });
    expect(objects.map(({ name }) => name)).toEqual(['once']);
  });
});

describe('render', () => {
  test('objects come in install order, hooks and notes apart', async () => {
    const job =
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n  annotations: {helm.sh/hook: "pre-install, post-upgrade", helm.sh/hook-weight: "-5"}\n';
    const rendered = await render({
      'b.yaml': configMap('b'),
      'job.yaml': job,
      'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n',
      'NOTES.txt': 'hello {{ .Release.Name }}',
    });
    expect(rendered.objects.map(({ kind, file }) => [kind, file])).toEqual([
      ['Namespace', 'some-chart/templates/a.yaml'],
      ['ConfigMap', 'some-chart/templates/b.yaml'],
    ]);
    expect(rendered.hooks).toMatchObject([{ name: 'j', events: ['pre-install', 'post-upgrade'], weight: -5, object: { kind: 'Job', name: 'j' } }]);
    expect(rendered.notes).toBe('hello some-release');
    expect(templateOutput(rendered)).toMatch(
      /^---\n# Source: some-chart\/templates\/a.yaml\n[\s\S]*\n---\n# Source: some-chart\/templates\/job.yaml\n/,
    );
  });

  test('lookup is answered with integers intact', async () => {
    const seen: string[] = [];
    const lookup = async (...asked: string[]) => {
      seen.push(asked.join(' '));
      return asked[3] === 'there' ? { spec: { replicas: 12345678 } } : undefined;
    };
    const template = configMap(
      'a',
      'data: {replicas: "{{ (lookup "apps/v1" "Deployment" "ns" "there").spec.replicas }}", none: "{{ lookup "v1" "Pod" "" "gone" | len }}"}\n',
    );
    const { objects } = await render({ 'a.yaml': template }, { lookup });
    expect([jsonOf(objects[0]).data, seen]).toEqual([{ replicas: '12345678', none: '0' }, ['apps/v1 Deployment ns there', 'v1 Pod  gone']]);
  });

  test('a failing lookup fails the render', async () => {
    const lookup = () => Promise.reject(new Error('pods is forbidden'));
    await expect(render({ 'a.yaml': '{{ lookup "v1" "Pod" "" "a" }}' }, { lookup })).rejects.toMatchObject({
      code: 'FL6011',
      detail: expect.stringContaining('pods is forbidden'),
    });
  });

  test('the cluster alone says what it offers, extras come on top of the usual', async () => {
    const versions = async (capabilities: object) =>
      jsonOf(
        (await render({ 'a.yaml': configMap('a', 'data: {v: {{ .Capabilities.APIVersions | toJson | quote }}}\n') }, { capabilities })).objects[0],
      ).data.v;
    expect(await versions({ apiVersions: ['v1'] })).toBe('["v1"]');
    expect(await versions({ extraApiVersions: ['x/v1'] })).toMatch(/"apps\/v1".*"x\/v1"\]$/);
  });

  test('integers set at a path print as Helm prints --set, those of values as Helm prints values', async () => {
    const template = configMap('a', 'data: {set: "{{ .Values.set }}", value: "{{ .Values.value }}"}\n');
    const { objects } = await render({ 'a.yaml': template }, { values: { value: 12345678 }, sets: [{ path: 'set', value: '12345678' }] });
    expect(jsonOf(objects[0]).data).toEqual({ set: '12345678', value: '1.2345678e+07' });
  });

  test('what is no object fails a render, and passes a lenient one', async () => {
    await expect(render({ 'a.yaml': 'kind: Pod\n' })).rejects.toMatchObject({
      code: 'FL6011',
      detail: expect.stringContaining('some-chart/templates/a.yaml: not a Kubernetes object: apiVersion is missing'),
    });
    expect((await render({ 'a.yaml': 'kind: Pod\n' }, { lenient: true })).manifest).toBe('---\n# Source: some-chart/templates/a.yaml\nkind: Pod\n\n');
  });

  test('values that break the schema name the chart', async () => {
    const schema = { 'values.schema.json': '{"properties": {"replicas": {"type": "integer"}}}' };
    await expect(engine.render({ chart: chart({}, schema), name: 'a', namespace: 'b', values: { replicas: 'many' } })).rejects.toMatchObject({
      code: 'FL6012',
      detail: expect.stringContaining('some-chart'),
    });
  });

  test('a schema elsewhere is not fetched', async () => {
    const schema = { 'values.schema.json': '{"$ref": "http://127.0.0.1:1/schema.json"}' };
    await expect(engine.render({ chart: chart({}, schema), name: 'a', namespace: 'b' })).rejects.toMatchObject({
      code: 'FL6012',
      detail: expect.stringContaining('too many open files'),
    });
  });

  test('.helmignore keeps files and folders out', async () => {
    const files = { '.helmignore': 'secret/\n*.bak\n', 'secret/a': 'x', 'b.bak': 'x', 'kept/a.txt': 'x' };
    const template = { 'a.yaml': configMap('a', 'data: {files: "{{ range $name, $_ := .Files.Glob "**" }}{{ $name }} {{ end }}"}\n') };
    const { objects } = await engine.render({ chart: chart(template, files), name: 'a', namespace: 'b' });
    expect(jsonOf(objects[0]).data.files).toBe('.helmignore kept/a.txt ');
  });

  test('post-renderers change manifests, and with nohooks leave hooks alone', async () => {
    const hook = configMap('h').replace('metadata:\n', 'metadata:\n  annotations: {helm.sh/hook: pre-install}\n');
    const postRenderers = [
      { kustomize: { patches: [{ target: { kind: 'ConfigMap' }, patch: '- {op: add, path: /data, value: {patched: "yes"}}' }] } },
    ];
    const commonMetadata = { labels: { team: 'a' } };
    const rendered = await render({ 'a.yaml': configMap('a'), 'h.yaml': hook }, { postRenderers, commonMetadata, postRenderStrategy: 'nohooks' });
    expect(rendered.objects.map(jsonOf)).toMatchObject([{ data: { patched: 'yes' }, metadata: { labels: { team: 'a' } } }]);
    expect(rendered.hooks.map(({ object }) => jsonOf(object).data)).toEqual([undefined]);
    expect((await render({ 'h.yaml': hook }, { postRenderers })).hooks.map(({ object }) => jsonOf(object).data)).toEqual([{ patched: 'yes' }]);
  });
});

describe('inspect', () => {
  test('a chart says what it is', async () => {
    const files = { 'values.yaml': 'a: {b: 1}\n', 'values.schema.json': '{"type": "object"}' };
    expect(await engine.inspect(chart({}, files))).toEqual({
      name: 'some-chart',
      version: '1.2.3',
      values: { a: { b: 1 } },
      schema: { type: 'object' },
      dependencies: [],
    });
  });

  test('what is no chart is refused', async () => {
    await expect(engine.inspect(contentOf({ 'a.txt': '' }))).rejects.toMatchObject({
      code: 'FL6010',
      detail: expect.stringContaining('no Chart.yaml found'),
    });
  });
});

describe('values', () => {
  test('layers merge as in Helm: maps merge, lists replace, null stays to delete', async () => {
    expect(await engine.mergeValues(['a: {b: 1, c: [1, 2]}\nd: x\n', Buffer.from('a: {b: null, c: [3]}\n')])).toEqual({
      a: { b: null, c: [3] },
      d: 'x',
    });
  });

  test('values at paths follow --set, quotes make text, literals are verbatim', async () => {
    const sets = [
      { path: 'a.b[0].c', value: '1' },
      { path: 'text', value: '"1"' },
      { path: 'raw', value: '{a,b}=[1]\\', literal: true },
    ];
    expect(await engine.mergeValues([], sets)).toEqual({ a: { b: [{ c: 1 }] }, text: '1', raw: '{a,b}=[1]\\' });
  });

  test('a layer that is no map is refused', async () => {
    await expect(engine.mergeValues(['a: 1', '- b'])).rejects.toMatchObject({ code: 'FL6012', detail: expect.stringContaining('values layer 2') });
  });
});

describe('substitute', () => {
  const objects = async (data: string, metadata = '') =>
    (await engine.parse(contentOf({ 'a.yaml': configMap('a', `${metadata}data: ${data}\n`) }))).objects;

  test('variables are replaced in the text of the YAML', async () => {
    const result = await engine.substitute(await objects('{a: "${number}", b: "${missing:=default}", c: "$${kept}"}'), { number: '1' });
    expect(jsonOf(result.objects[0]).data).toEqual({ a: 1, b: 'default', c: '${kept}' });
  });

  test('a variable that is missing is the error of its object', async () => {
    const result = await engine.substitute([...(await objects('{a: "${gone}"}')), ...(await objects('{a: b}'))], {});
    expect(result.objects).toHaveLength(1);
    expect(result.errors).toEqual([{ file: 'a.yaml', document: 1, message: expect.stringContaining('"gone"') }]);
    expect((await engine.substitute(await objects('{a: "${gone}x"}'), {}, { strict: false })).errors).toEqual([]);
  });

  test('objects may opt out', async () => {
    const labels = '  labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n';
    const result = await engine.substitute(await objects('{a: "${gone}"}', labels), {});
    expect([result.objects.map((object) => jsonOf(object).data), result.errors]).toEqual([[{ a: '${gone}' }], []]);
  });

  test('a name that is none is refused', async () => {
    await expect(engine.substitute([], { 'a-b': '' })).rejects.toMatchObject({ code: 'FL6012' });
  });
});

describe('build', () => {
  const base = { 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': configMap('a', 'data: {image: x}\n') };
  const overlaid = { ...base, 'apps/over/kustomization.yaml': 'resources: [../../base]\nnamePrefix: p-\n' };

  test('content that cannot be read is no fault of what is built', async () => {
    const read = () => Promise.reject(errors.SourceBroken({ url: 'https://git.example/a.git', reason: 'object 1 is missing' }));
    await expect(engine.build({ ...contentOf(base), read }, { path: 'base' })).rejects.toMatchObject({ code: 'FL1015' });
    await expect(engine.render({ chart: { ...chart({ 'unread.yaml': 'a: b' }), read }, name: 'a', namespace: 'b' })).rejects.toMatchObject({
      code: 'FL1015',
    });
  });

  test('the scope holds every file that was read', async () => {
    const { objects, scope } = await engine.build(contentOf({ ...overlaid, 'apps/other/x.yaml': '' }), { path: 'apps/over' });
    expect([objects.map(({ name }) => name), scope]).toEqual([['p-a'], '.']);
    expect((await engine.build(contentOf(overlaid), { path: 'base' })).scope).toBe('base');
  });

  test("what Flux's Kustomization adds goes over the folder's own", async () => {
    const overlay = {
      targetNamespace: 'some-namespace',
      nameSuffix: '-s',
      patches: [{ patch: '- {op: replace, path: /data/image, value: z}', target: { kind: 'ConfigMap' } }],
      components: ['../../component'],
      commonMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
      interval: '1m',
    };
    const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {from: component}\n';
    const content = contentOf({ ...overlaid, 'component/kustomization.yaml': component });
    const { objects } = await engine.build(content, { path: './apps/over/', overlay });
    expect(objects.map(jsonOf)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'p-a-s', namespace: 'some-namespace', labels: { team: 'a' }, annotations: { from: 'component', note: 'b' } },
        data: { image: 'z' },
      },
    ]);
  });

  test('objects name the file they come from, and nothing of it is left in them', async () => {
    const files = { ...overlaid, 'apps/over/kustomization.yaml': 'resources: [../../base]\nconfigMapGenerator: [{name: made, literals: [a=1]}]\n' };
    const { objects } = await engine.build(contentOf(files), { path: 'apps/over', overlay: {} });
    expect(objects.map(({ file }) => file)).toEqual(['base/a.yaml', 'apps/over/kustomization.yaml']);
    expect(objects.map((object) => jsonOf(object).metadata.annotations)).toEqual([undefined, undefined]);
  });

  test('origins that the folder itself asks for stay', async () => {
    const files = { ...base, 'base/kustomization.yaml': 'resources: [a.yaml]\nbuildMetadata: [originAnnotations]\n' };
    const { objects } = await engine.build(contentOf(files), { path: 'base', overlay: {} });
    expect(jsonOf(objects[0]).metadata.annotations).toEqual({ 'config.kubernetes.io/origin': 'path: a.yaml\n' });
  });

  test('images merge by name, and a tag takes the place of a digest', async () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: c, image: app:1}]}}}\n';
    const content = contentOf({
      'd.yaml': deployment,
      'kustomization.yaml': 'resources: [d.yaml]\nimages: [{name: app, newName: mine, digest: "sha256:0"}]\n',
    });
    const { objects } = await engine.build(content, { path: '.', overlay: { images: [{ name: 'app', newTag: '2' }] } });
    expect(jsonOf(objects[0]).spec.template.spec.containers[0].image).toBe('mine:2');
  });

  test('a folder without a kustomization is all its manifests, as in Flux', async () => {
    const content = contentOf({
      'x/a.yaml': configMap('a'),
      'x/y/b.yml': configMap('b'),
      'x/k/kustomization.yaml': 'resources: [c.yaml]\n',
      'x/k/c.yaml': configMap('c'),
      'x/k/no.yaml': '[',
      'x/t.txt': '',
    });
    const { objects } = await engine.build(content, { path: 'x', overlay: { namePrefix: 'p-' } });
    expect(objects.map(({ name }) => name).sort()).toEqual(['p-a', 'p-b', 'p-c']);
  });

  test.each(['https://github.com/a/b?ref=v1', 'github.com/a/b//c', 'https://example.com/a.yaml', 'git@github.com:a/b'])(
    '%s is not fetched',
    async (remote) => {
      await expect(engine.build(contentOf({ 'kustomization.yaml': `resources: ["${remote}"]\n` }), { path: '.' })).rejects.toMatchObject({
        code: 'FL6013',
        detail: expect.stringContaining(`remote base ${remote} is not fetched`),
      });
    },
  );

  test('files outside the content stay outside', async () => {
    await expect(engine.build(contentOf({ 'a/kustomization.yaml': 'resources: [../../../etc/passwd]\n' }), { path: 'a' })).rejects.toMatchObject({
      code: 'FL6013',
    });
    await expect(engine.build(contentOf({ 'a/kustomization.yaml': 'resources: [/etc/passwd]\n' }), { path: 'a' })).rejects.toMatchObject({
      code: 'FL6013',
    });
  });

  test('many builds at once each get their files', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `many-${i}`);
    const built = names.map((name) =>
      engine.build(contentOf({ 'kustomization.yaml': `resources: [${name}.yaml]\n`, [`${name}.yaml`]: configMap(name) }), { path: '.' }),
    );
    expect((await Promise.all(built)).map(({ objects }) => objects[0].name)).toEqual(names);
  });

  test("a schema of one build's own is gone in the next", async () => {
    const definition = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            list: { type: 'array', items: { type: 'object' }, 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge' },
          },
        },
      },
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'My' }],
    };
    const my = (list: string) => `apiVersion: example.com/v1\nkind: My\nmetadata: {name: m}\nspec: {list: [{name: ${list}}]}\n`;
    const files = (openapi: string) =>
      contentOf({
        'kustomization.yaml': `resources: [m.yaml]\npatches: [{path: p.yaml}]\n${openapi}`,
        'm.yaml': my('a'),
        'p.yaml': my('b'),
        'schema.json': JSON.stringify({ definitions: { my: definition } }),
      });
    const list = async (openapi: string) => jsonOf((await engine.build(files(openapi), { path: '.' })).objects[0]).spec.list;
    expect(await list('openapi: {path: schema.json}\n')).toHaveLength(2);
    expect(await list('')).toEqual([{ name: 'b' }]);
  });
});
