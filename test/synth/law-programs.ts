import { ApiObject, JsonPatch } from 'cdk8s';
import fc from 'fast-check';
import {
  Automation,
  ChartSource,
  ChartVersion,
  Cluster,
  Environment,
  GitRef,
  HelmRelease,
  HelmRepository,
  ImagePolicy,
  ImageSelection,
  Layer,
  type NamespaceScope,
  Platform,
  Repository,
  SealedSecret,
  TagFilter,
  TagOrder,
} from '../../src';
import { tags } from '../model/locks-arbitrary';
import { texts } from './values';

/** Which string of an image a place gets; `spelled`: its repository, a colon and its tag, written out. */
type Part = 'reference' | 'tag' | 'repository' | 'spelled' | 'digest';

/** Where a version lands. */
type Place = 'scalar' | 'item' | 'twice' | 'label' | 'annotation' | 'patch' | 'container' | 'longer' | 'key';

interface Use {
  /** Index among the policies of the namespace. */
  readonly policy: number;
  readonly part: Part;
  readonly place: Place;
  /** What the place is called. */
  readonly key: string;
}

interface ImageSpec {
  readonly repository: string;
  readonly selection: keyof typeof SELECTIONS;
  readonly automation: keyof typeof AUTOMATIONS;
  readonly pinDigest: boolean;
  readonly initial: string;
}

interface ObjectSpec {
  readonly kind: 'release' | 'config' | 'workload' | 'sealed';
  readonly values: { readonly [key: string]: unknown };
  readonly text: string;
  readonly uses: readonly Use[];
}

interface ScopeSpec {
  readonly images: readonly ImageSpec[];
  readonly charts: readonly { readonly type: 'http' | 'registry' | 'oci'; readonly automation: keyof typeof AUTOMATIONS }[];
  readonly objects: readonly ObjectSpec[];
}

/** A layer with an environment's namespace, or with as many namespaces as there are scopes. */
interface LayerSpec {
  readonly isEnvironment: boolean;
  readonly scopes: readonly ScopeSpec[];
}

/** A program: every cluster has the same layers, so that all of them share names of namespaces and ids. */
export interface ProgramSpec {
  readonly clusters: number;
  readonly directory: string;
  readonly layers: readonly LayerSpec[];
}

const SELECTIONS = {
  newest: ImageSelection.newest({ tags: TagFilter.glob('dev-*') }),
  semver: ImageSelection.semver('>=1.0.0 <2', { tags: TagFilter.all().excluding(TagFilter.contains('tmp')) }),
  alphabetical: ImageSelection.alphabetical({ order: TagOrder.DESCENDING }),
  numerical: ImageSelection.numerical({ tags: TagFilter.regexp('^main-[0-9a-f]+-(?P<ts>[0-9]+)$', { extract: '$ts' }) }),
  digest: ImageSelection.digest('latest'),
  pinned: ImageSelection.pinned(),
};

const AUTOMATIONS = {
  inherited: undefined,
  commit: Automation.commit(),
  other: Automation.commit({ name: 'other', skipCi: true }),
  pullRequest: Automation.pullRequest(),
  off: Automation.OFF,
};

const automations = fc.constantFrom<keyof typeof AUTOMATIONS>('inherited', 'inherited', 'commit', 'other', 'pullRequest', 'off');

const images: fc.Arbitrary<ImageSpec> = fc.record({
  repository: fc.constantFrom('docker.io/stefanprodan/podinfo', 'ghcr.io/acme/app', 'localhost:5000/app', 'nginx'),
  selection: fc.constantFrom(...(Object.keys(SELECTIONS) as (keyof typeof SELECTIONS)[])),
  automation: automations,
  pinDigest: fc.boolean(),
  initial: tags(),
});

const MARKED: readonly Place[] = ['scalar', 'item', 'twice', 'label', 'annotation', 'patch', 'container'];

const text = texts();

// What Go's emitter takes for simple keys: where others come before the first sequence, kyaml misreads how sequences are indented.
const key = text.filter((key) => key !== '__proto__' && Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key));

const value = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 2 }),
  fc.dictionary(key, text, { maxKeys: 2, noNullPrototype: true }),
  fc.array(fc.dictionary(key, text, { maxKeys: 2, noNullPrototype: true }), { maxLength: 2 }),
);

const bodies: fc.Arbitrary<ObjectSpec> = fc.record({
  kind: fc.constantFrom('release', 'config', 'workload', 'sealed'),
  values: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
  text,
  uses: fc.array(
    fc.record({
      policy: fc.nat(),
      part: fc.constantFrom<Part>('reference', 'reference', 'tag', 'tag', 'repository', 'spelled', 'digest'),
      place: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...MARKED) }, { weight: 1, arbitrary: fc.constantFrom<Place>('longer', 'key') }),
      key,
    }),
    { maxLength: 4 },
  ),
});

const scopes: fc.Arbitrary<ScopeSpec> = fc.record({
  images: fc.array(images, { minLength: 1, maxLength: 2 }),
  charts: fc.array(fc.record({ type: fc.constantFrom('http', 'registry', 'oci'), automation: automations }), { maxLength: 1 }),
  objects: fc.array(bodies, { maxLength: 2 }),
});

const layers: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.record({ isEnvironment: fc.constant(true), scopes: fc.tuple(scopes) }),
  fc.record({ isEnvironment: fc.constant(false), scopes: fc.array(scopes, { minLength: 1, maxLength: 2 }) }),
);

/** Small ones as a rule: what can go wrong goes wrong in them. */
export function programs(): fc.Arbitrary<ProgramSpec> {
  return fc.record({
    clusters: fc.oneof({ weight: 12, arbitrary: fc.constant(1) }, fc.constantFrom(2, 4)),
    directory: fc.constantFrom('', 'environments'),
    layers: fc.oneof({ weight: 3, arbitrary: fc.tuple(layers) }, fc.tuple(layers, layers)),
  });
}

/** As long as a sealed value is: the length of its session key, that key, a tag. */
const SEALED = Buffer.concat([Buffer.from([1, 0]), Buffer.alloc(256 + 16)]).toString('base64');

const CLUSTERS = ['gke', 'eks', 'aks', 'on-prem'];

/** The program, whose locks are not opened yet. */
export function buildProgram({ clusters, directory, layers }: ProgramSpec, root: string): Platform {
  const repository = Repository.git('https://git.example.com/acme/fleet.git', { directory });
  const platform = new Platform({ repository, root });
  for (const name of CLUSTERS.slice(0, clusters)) {
    const cluster = new Cluster(platform, name, { kubernetesVersion: '1.36' });
    layers.forEach((layer, index) => {
      buildLayer(cluster, layer, index);
    });
  }
  return platform;
}

function buildLayer(cluster: Cluster, { isEnvironment, scopes }: LayerSpec, index: number): void {
  if (isEnvironment) {
    buildScope(new Environment(cluster, `env-${index}`), scopes[0]);
    return;
  }
  const layer = new Layer(cluster, `layer-${index}`);
  scopes.forEach((scope, number) => {
    buildScope(layer.namespaceScope(`ns-${index}-${number}`, { create: number === 0 }), scope);
  });
}

function buildScope(scope: Environment | NamespaceScope, { images, charts, objects }: ScopeSpec): void {
  const made = images.map((spec, index) => ({ spec, made: imagePolicy(scope, `image-${index}`, spec) }));
  charts.forEach(({ type, automation }, index) => {
    new HelmRelease(scope, `chart-${index}`, { chart: lockedChart(scope, index, type, AUTOMATIONS[automation]) });
  });
  objects.forEach((object, index) => {
    buildObject(scope, `object-${index}`, object, made);
  });
}

interface Made {
  readonly spec: ImageSpec;
  readonly made: ImagePolicy;
}

function imagePolicy(scope: Environment | NamespaceScope, id: string, { selection, automation, ...image }: ImageSpec): ImagePolicy {
  return new ImagePolicy(scope, id, { ...image, select: SELECTIONS[selection], automation: AUTOMATIONS[automation] });
}

function lockedChart(
  scope: Environment | NamespaceScope,
  index: number,
  type: ScopeSpec['charts'][number]['type'],
  automation?: Automation,
): ChartSource {
  const version = ChartVersion.locked('1.x', { automation });
  if (type === 'oci') return ChartSource.oci('oci://ghcr.io/acme/charts/app', version);
  const url = type === 'http' ? 'https://charts.example.com/stable' : 'oci://ghcr.io/acme/charts';
  return new HelmRepository(scope, `charts-${index}`, { url }).chart('app', version);
}

function buildObject(scope: Environment | NamespaceScope, id: string, { kind, values, text, uses }: ObjectSpec, images: readonly Made[]): void {
  const given = uses.flatMap(({ policy, part, place, key }, index) => {
    const { made, spec } = images[policy % images.length];
    return [{ place, key, value: stringOf(made, spec, part), at: `use-${index}` }];
  });
  const put = (wanted: Place, make: (value: string, key: string) => unknown) =>
    Object.fromEntries(given.filter(({ place }) => place === wanted).map(({ at, key, value }) => [at, make(value, key)]));
  const body = {
    ...values,
    ...put('scalar', (value, key) => ({ [key]: value })),
    ...put('item', (value, key) => [text, value, { [key]: value }]),
    ...put('twice', (value, key) => ({ first: value, [key]: [[value]] })),
    ...put('longer', (value, key) => ({ [key]: `${text}/${value}` })),
    ...put('key', (value) => ({ [value]: text, [`${value}-2`]: value })),
  };
  const object = objectOf(scope, id, kind, body);
  for (const { at, place, value } of given) {
    if (place === 'label') object.metadata.addLabel(at, value);
    if (place === 'annotation') object.metadata.addAnnotation(at, value);
    if (place === 'patch') object.addJsonPatch(JsonPatch.add(`/metadata/${at}`, [{ image: value }, value]));
    if (place === 'container') object.addJsonPatch(JsonPatch.add(`/${at}`, { containers: [{ name: 'a', image: value, args: [text] }] }));
  }
}

function objectOf(scope: Environment | NamespaceScope, id: string, kind: ObjectSpec['kind'], body: object): ApiObject {
  if (kind === 'release') return release(scope, id, body);
  return kind === 'sealed' ? sealed(scope, id, body) : plain(scope, id, kind, body);
}

/** What would stand in the fields of another object stands in those of its template's labels. */
function sealed(scope: Environment | NamespaceScope, id: string, body: object): ApiObject {
  const labels = body as { readonly [key: string]: string };
  return ApiObject.of(new SealedSecret(scope, id, { encryptedData: { key: SEALED }, sealedWith: 'SHA256:key', labels }));
}

function release(scope: Environment | NamespaceScope, id: string, values: object): ApiObject {
  const repository = Repository.git('https://git.example.com/acme/charts.git');
  const made = new HelmRelease(scope, id, { chart: ChartSource.git({ path: 'app', repository, ref: GitRef.tag('v1') }), values });
  return made.node.findAll().find((child): child is ApiObject => ApiObject.isApiObject(child) && child.kind === 'HelmRelease')!;
}

function plain(scope: Environment | NamespaceScope, id: string, kind: 'config' | 'workload', body: object): ApiObject {
  return kind === 'config'
    ? new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', data: body })
    : new ApiObject(scope, id, { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: { containers: [{ name: 'a' }], body } } } });
}

function stringOf(image: ImagePolicy, { pinDigest, selection }: ImageSpec, part: Part): string {
  if (part === 'spelled') return `${image.repository}:${image.tag}`;
  // A digest that is used has to be pinned.
  return image[part === 'digest' && !pinDigest && selection !== 'digest' ? 'tag' : part];
}
