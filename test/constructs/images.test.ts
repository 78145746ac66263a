import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { load } from 'js-yaml';
import {
  Automation,
  ChartSource,
  ChartVersion,
  Cluster,
  Environment,
  HelmRelease,
  HelmRepository,
  ImagePolicy,
  type ImagePolicyProps,
  ImageSelection,
  Layer,
  Platform,
  Repository,
  TagFilter,
  TagOrder,
} from '../../src';
import { editMarkers } from '../../src/model/edit-markers';
import { annotations, labels } from '../../src/model/labels';
import { locksOf } from '../../src/synth/lock-requests';
import { synthTree } from '../../src/synth/synth-tree';
import { problemsOf, programOf, ROOT, textsOf } from './programs';

const repository = 'docker.io/stefanprodan/podinfo';
const IMAGES = 'dist/gke/_images/flux-system';

// biome-ignore lint/suspicious/noExplicitAny: tests reach into objects of every kind
function imageObjects(build: (cluster: Cluster) => void, options: Parameters<typeof programOf>[1] = {}): { [name: string]: any } {
  const texts = Object.entries(textsOf(build, options)).filter(([path]) => path.startsWith(IMAGES));
  return Object.fromEntries(texts.map(([path, text]) => [path.slice(IMAGES.length + 1).replace('.image.toolkit.fluxcd.io', ''), load(text)]));
}

function policyOf(props: Partial<ImagePolicyProps>) {
  const objects = imageObjects((cluster) => {
    new ImagePolicy(new Environment(cluster, 'dev'), 'podinfo', { repository, select: ImageSelection.newest(), initial: '1', ...props });
  });
  return objects['imagepolicy-gke-dev-podinfo.yaml'];
}

test('a policy becomes a lock entry, an ImagePolicy, an ImageRepository, an automation and a Kustomization', () => {
  const build = (cluster: Cluster) => {
    new ImagePolicy(new Environment(cluster, 'dev'), 'podinfo', {
      repository,
      select: ImageSelection.newest({ tags: TagFilter.glob('dev-*') }),
      initial: 'dev-kb9',
    });
  };
  const texts = Object.entries(textsOf(build)).filter(([path]) => /_images\/|images\.yaml|locks\//.test(path) && !path.startsWith('.'));
  expect(Object.fromEntries(texts)).toMatchSnapshot();
});

test('without policies there is nothing of all that', () => {
  expect(Object.keys(textsOf((cluster) => void new Environment(cluster, 'dev'))).filter((path) => /images|locks/.test(path))).toEqual([]);
});

test.each([
  ['semver', ImageSelection.semver('~0.4'), { policy: { semver: { range: '~0.4' } } }],
  [
    'semver of some tags',
    ImageSelection.semver('>=1', { tags: TagFilter.regexp('^v(?P<v>.*)$', { extract: '$v' }) }),
    { policy: { semver: { range: '>=1' } }, filterTags: { pattern: '^v(?P<v>.*)$', extract: '$v' } },
  ],
  ['alphabetical', ImageSelection.alphabetical({ order: TagOrder.DESCENDING }), { policy: { alphabetical: { order: 'desc' } } }],
  [
    'numerical',
    ImageSelection.numerical({ tags: TagFilter.regexp('^main-(?P<n>\\d+)$', { extract: '$n' }) }),
    { policy: { numerical: { order: 'asc' } }, filterTags: { pattern: '^main-(?P<n>\\d+)$', extract: '$n' } },
  ],
])('%s is said in Flux’s own words', (_, select, spec) => {
  const { metadata, spec: made } = policyOf({ select });
  expect(made).toEqual({ ...spec, imageRepositoryRef: { name: 'gke-docker.io-stefanprodan-podinfo' } });
  expect(metadata.annotations).toBeUndefined();
});

test('what Flux cannot say chooses nothing there, and the rule is beside it', () => {
  const { metadata, spec } = policyOf({ select: ImageSelection.newest({ tags: TagFilter.all().excluding(TagFilter.contains('tmp')) }) });
  expect(spec).toMatchObject({ filterTags: { pattern: '^$' }, policy: { alphabetical: { order: 'asc' } } });
  expect(JSON.parse(metadata.annotations[annotations.imageRule])).toEqual({ order: 'newest', exclude: [{ glob: '*tmp*' }] });
});

test('a tag is followed by digest, again and again; a pinned digest is asked for once', () => {
  expect(policyOf({ select: ImageSelection.digest('v1.x'), initial: undefined }).spec).toMatchObject({
    digestReflectionPolicy: 'Always',
    interval: '1m',
    filterTags: { pattern: '^v1\\.x$' },
  });
  expect(policyOf({ pinDigest: true }).spec).toMatchObject({ digestReflectionPolicy: 'IfNotPresent' });
  expect(policyOf({}).spec.digestReflectionPolicy).toBeUndefined();
});

test('a pinned image is in the lock alone', () => {
  const texts = textsOf((cluster) => {
    new ImagePolicy(new Environment(cluster, 'dev'), 'podinfo', { repository, select: ImageSelection.pinned(), initial: '6.7.1' });
  });
  expect(Object.keys(texts).filter((path) => path.startsWith('dist/gke/_images'))).toEqual([]);
  expect(texts['locks/gke/dev/dev.yaml']).toContain(`  podinfo: "${repository}:6.7.1"\n`);
});

test('a cluster without image automation runs its locks, unmarked', () => {
  const build = (cluster: Cluster) => {
    const dev = new Environment(cluster, 'dev');
    const image = new ImagePolicy(dev, 'podinfo', { repository, select: ImageSelection.newest(), initial: '1' });
    new HelmRelease(dev, 'podinfo', { chart: ChartSource.local('charts/podinfo'), values: { image: image.values(), text: `v${image.tag}` } });
  };
  const texts = textsOf(build, { imageAutomation: false });
  expect(Object.keys(texts).filter((path) => path.includes('images'))).toEqual([]);
  expect(Object.values(texts).filter((text) => text.includes('$imagepolicy'))).toEqual([]);
  expect(texts['dist/gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml']).toContain('      tag: "1"\n    text: v1\n');
});

describe('automation', () => {
  const policy = (scope: Layer, id: string, automation?: Automation) =>
    new ImagePolicy(scope, id, { repository, select: ImageSelection.newest(), initial: '1', automation });

  test('is that of the policy, of its layer, or of its cluster', () => {
    const objects = imageObjects(
      (cluster) => {
        policy(new Layer(cluster, 'a'), 'own', Automation.OFF);
        policy(new Layer(cluster, 'b', { automation: Automation.commit() }), 'layers');
        policy(new Layer(cluster, 'c'), 'clusters');
      },
      { automation: Automation.pullRequest() },
    );
    const label = (name: string) => objects[`imagepolicy-gke-${name}.yaml`].metadata.labels?.[labels.automation];
    expect(['a-own', 'b-layers', 'c-clusters'].map(label)).toEqual([undefined, 'gke-commit', 'gke-pull-request']);
    expect(objects['imageupdateautomation-gke-pull-request.yaml'].spec.git.push).toEqual({ branch: 'fairlead/gke-pull-request' });
  });

  test('pushes where, as whom, signed and said as it is told', () => {
    const automation = Automation.commit({
      name: 'ci',
      branch: 'versions',
      author: { name: 'bot', email: 'bot@example.com' },
      message: 'chore: {{ .Values.cluster }}\n',
      messageValues: { cluster: 'gke' },
      skipCi: true,
      signing: { type: 'ssh', secretName: 'signing' },
      pushOptions: { 'merge_request.create': '' },
      path: './clusters/gke/',
      interval: Duration.minutes(5),
    });
    const objects = imageObjects((cluster) => void policy(new Layer(cluster, 'a'), 'podinfo', automation), { branch: 'live' });
    expect(objects['imageupdateautomation-gke-ci.yaml']).toMatchObject({
      metadata: { annotations: { [annotations.updatePaths]: 'clusters/gke' } },
      spec: {
        interval: '5m',
        git: {
          checkout: { ref: { branch: 'live' } },
          commit: {
            author: { name: 'bot', email: 'bot@example.com' },
            messageTemplate: 'chore: {{ .Values.cluster }}\n\n[ci skip]',
            messageTemplateValues: { cluster: 'gke' },
            signingKey: { type: 'ssh', secretRef: { name: 'signing' } },
          },
          push: { branch: 'versions', options: { 'merge_request.create': '' } },
        },
        update: { strategy: 'Setters', path: './clusters/gke' },
      },
    });
  });

  test('edits the output and the locks of its cluster, from the root of the repository', () => {
    const objects = imageObjects((cluster) => void policy(new Layer(cluster, 'a'), 'podinfo'), {
      repository: Repository.git('https://git.example.com/acme/mono', { directory: 'envs/live' }),
    });
    const { metadata, spec } = objects['imageupdateautomation-gke-commit.yaml'];
    expect(metadata.annotations[annotations.updatePaths]).toBe('envs/live/dist/gke,envs/live/locks/gke');
    expect(spec.update.path).toBe('./envs/live');
  });
});

describe('charts', () => {
  const release = (cluster: Cluster, options: { version?: ChartVersion } = {}) => {
    const layer = new Layer(cluster, 'infra').namespaceScope('dns');
    const bitnami = new HelmRepository(layer, 'bitnami', { url: 'https://charts.bitnami.com/bitnami/', clientUrl: 'https://mirror.example.com' });
    const version = options.version ?? ChartVersion.locked('>=6.2.1 <7', { initial: '6.2.1' });
    new HelmRelease(layer, 'external-dns', { chart: bitnami.chart('external-dns', version) });
  };
  const RELEASE = 'dist/gke/infra/dns/helmrelease.helm.toolkit.fluxcd.io-external-dns.yaml';
  const POLICY = 'flux-system:gke-infra-dns-external-dns-chart';

  test('of a Helm repository are locked with version and digest, by a policy that Flux makes nothing of', () => {
    const locked = `charts.bitnami.com/bitnami/external-dns:6.2.7@sha256:${'b'.repeat(64)}`;
    const locks = { 'locks/gke/infra/dns.yaml': `charts:\n  external-dns: "${locked}"\n` };
    const texts = textsOf(release, { locks });
    expect(texts['locks/gke/infra/dns.yaml']).toContain(`charts:\n  external-dns: "${locked}" # {"$imagepolicy": "${POLICY}"}\n`);
    expect(texts[RELEASE]).toContain(`fairlead.dev/chart-digest: "sha256:${'b'.repeat(64)}" # {"$imagepolicy": "${POLICY}:digest"}\n`);
    expect(texts[RELEASE]).toContain(`      version: "6.2.7" # {"$imagepolicy": "${POLICY}:tag"}\n`);
    expect(load(texts[`${IMAGES}/imagepolicy.image.toolkit.fluxcd.io-gke-infra-dns-external-dns-chart.yaml`])).toMatchObject({
      metadata: { annotations: { [annotations.chart]: 'HelmRepository/dns/bitnami/external-dns' }, labels: { [labels.automation]: 'gke-commit' } },
      spec: { imageRepositoryRef: { name: 'gke-infra-dns-external-dns-chart' }, policy: { semver: { range: '>=6.2.1 <7' } } },
    });
    expect(Object.keys(texts).filter((path) => path.includes('imagerepository'))).toEqual([]);
  });

  test('are asked for where laptops reach them', () => {
    expect(locksOf(programOf(release))).toEqual([
      expect.objectContaining({
        key: 'charts/external-dns',
        name: 'charts.bitnami.com/bitnami/external-dns',
        source: { type: 'chart', url: 'https://mirror.example.com', chart: 'external-dns' },
        pinsDigest: true,
        policy: POLICY,
      }),
    ]);
  });

  test('of an OCI registry are chosen as images are', () => {
    const texts = textsOf((cluster) => {
      const chart = ChartSource.oci('oci://ghcr.io/stefanprodan/charts/podinfo', ChartVersion.locked('6.x', { initial: '6.2.1' }));
      new HelmRelease(new Environment(cluster, 'dev'), 'podinfo', { chart });
    });
    expect(texts['dist/gke/dev/dev/ocirepository.source.toolkit.fluxcd.io-podinfo.yaml']).toContain(
      '  ref:\n    tag: "6.2.1" # {"$imagepolicy": "flux-system:gke-dev-podinfo-chart:tag"}\n',
    );
    expect(texts['locks/gke/dev/dev.yaml']).toContain('  podinfo: "ghcr.io/stefanprodan/charts/podinfo:6.2.1"');
    expect(load(texts[`${IMAGES}/imagerepository.image.toolkit.fluxcd.io-gke-ghcr.io-stefanprodan-charts-podinfo.yaml`])).toMatchObject({
      spec: { image: 'ghcr.io/stefanprodan/charts/podinfo' },
    });
  });

  test.each([
    ['exact', ChartVersion.exact('6.2.1'), '6.2.1'],
    ['floating', ChartVersion.floating('6.x'), '6.x'],
  ])('of an %s version have no lock', (_, version, text) => {
    const texts = textsOf((cluster) => release(cluster, { version }));
    expect(Object.keys(texts).filter((path) => /locks|_images/.test(path))).toEqual([]);
    expect(texts[RELEASE]).toContain(`      version: ${text}\n`);
    expect(texts[RELEASE]).not.toContain(annotations.chartDigest);
  });
});

test('four clusters with the same names keep to themselves: an edit for one changes no byte of the others', () => {
  const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet'), root: ROOT });
  const clusters = ['sbx', 'dev', 'stg', 'prd'];
  for (const id of clusters) {
    const env = new Environment(new Cluster(platform, id, { kubernetesVersion: '1.36' }), 'shop');
    const image = new ImagePolicy(env, 'web', { repository, select: ImageSelection.newest(), initial: '1' });
    new HelmRelease(env, 'web', { chart: ChartSource.local('charts/podinfo'), values: { image: image.values() } });
  }
  const { files } = synthTree(platform, ROOT, new Map());
  const names = locksOf(platform).map(({ policy }) => policy);
  expect(new Set(names).size).toBe(4);
  const edited = editMarkersIn(files, new Map([['flux-system:dev-shop-web', { name: repository, tag: '2' }]]));
  const changed = [...edited].filter(([path, text]) => files.get(path) !== text).map(([path]) => path);
  expect(changed.sort()).toEqual(['dist/dev/shop/shop/helmrelease.helm.toolkit.fluxcd.io-web.yaml', 'locks/dev/shop/shop.yaml']);
});

function editMarkersIn(files: ReadonlyMap<string, string>, refs: Parameters<typeof editMarkers>[1]): Map<string, string> {
  return new Map([...files].map(([path, text]) => [path, editMarkers(text, refs).text]));
}

describe('what is wrong with images', () => {
  const policy = (scope: Construct, id: string, props: Partial<ImagePolicyProps> = {}) =>
    new ImagePolicy(scope, id, { repository, select: ImageSelection.newest(), initial: '1', ...props });

  test('is told at once, with paths and remedies', () => {
    const problems = problemsOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const other = policy(dev, 'other');
      policy(dev, 'scheme', { repository: 'https://docker.io/stefanprodan/podinfo' });
      policy(dev, 'tag', { repository: 'localhost:5000/podinfo:1' });
      policy(dev, 'digest', { repository: `${repository}@sha256:abc` });
      policy(dev, 'case', { repository: 'ghcr.io/Acme/podinfo' });
      policy(dev, 'dash', { repository: 'ghcr.io/team-/podinfo' });
      policy(dev, 'range', { select: ImageSelection.semver('~0.4 <') });
      policy(dev, 'lookahead', { select: ImageSelection.newest({ tags: TagFilter.regexp('^((?!tmp).)*$') }) });
      policy(dev, 'extract', { select: ImageSelection.newest({ tags: TagFilter.all().excluding(TagFilter.regexp('(a)', { extract: '$1' })) }) });
      policy(dev, 'initial', { initial: '1@sha256:abc' });
      policy(dev, 'missing', { initial: undefined });
      policy(dev, 'computed', { initial: other.tag });
      void policy(dev, 'undigested').digest;
    });
    expect(problems).toEqual([
      "[gke/dev/ImagePolicy/scheme] FL2204 https://docker.io/stefanprodan/podinfo names no image repository: it has a scheme, remove 'https://'",
      "[gke/dev/ImagePolicy/tag] FL2204 localhost:5000/podinfo:1 names no image repository: it has a tag or digest, remove ':1'",
      `[gke/dev/ImagePolicy/digest] FL2204 ${repository}@sha256:abc names no image repository: it has a tag or digest, remove '@sha256:abc'`,
      '[gke/dev/ImagePolicy/case] FL2204 ghcr.io/Acme/podinfo names no image repository: it must have 2 to 255 characters of a-z, 0-9 and _-./',
      '[gke/dev/ImagePolicy/dash] FL2204 ghcr.io/team-/podinfo names no image repository: "team-" may have lower case letters and digits, with dots, dashes and underscores between them',
      '[gke/dev/ImagePolicy/range] FL2205 ~0.4 < is no range of versions',
      "[gke/dev/ImagePolicy/lookahead] FL2206 no tag can be chosen: '^((?!tmp).)*$' is no regular expression of RE2: invalid or unsupported Perl syntax: `(?!`",
      '[gke/dev/ImagePolicy/extract] FL2206 no tag can be chosen: an exclusion is one pattern',
      `[gke/dev/ImagePolicy/initial] FL2210 1@sha256:abc is no version of ${repository}`,
      `[gke/dev/ImagePolicy/missing] FL2019 there is no version of ${repository} for images/missing in locks/gke/dev/dev.yaml`,
      `[gke/dev/ImagePolicy/undigested] FL2211 the digest of ${repository} is used, but not locked`,
    ]);
  });

  test('a pattern with lookahead gets the exclusion to write instead', () => {
    const platform = programOf((cluster) => {
      policy(new Environment(cluster, 'dev'), 'a', { select: ImageSelection.newest({ tags: TagFilter.regexp('^((?!tmp).)*$') }) });
    });
    expect(() => platform.synth()).toThrow("write TagFilter.all().excluding(TagFilter.contains('tmp'))");
  });

  test('a version that is made of another', () => {
    const problem = problemOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const { tag } = policy(dev, 'a');
      policy(dev, 'b', { initial: tag });
      policy(dev, tag, { repository: `ghcr.io/acme/${tag}`, select: ImageSelection.semver(`~${tag}`) });
      policy(dev.namespaceScope(tag, { create: false }), 'c');
    });
    const fields = [...problem.matchAll(/FL2212 (the [a-z ]+|initial) of (\S+)/g)].map(([, field, of]) => `${field} of ${of.slice(0, 24)}`);
    expect(fields).toEqual([
      'initial of gke/dev/ImagePolicy/b',
      'the id of gke/dev/ImagePolicy/zz9t',
      'the repository of gke/dev/ImagePolicy/zz9t',
      'the selection of gke/dev/ImagePolicy/zz9t',
      'the namespace or layer of gke/dev/Namespace/zz9tok',
    ]);
  });

  test('a layer that is named after a version', () => {
    const problem = problemOf((cluster) => {
      const { tag } = policy(new Environment(cluster, 'dev'), 'a');
      new Environment(cluster, tag);
    });
    expect(problem).toContain('FL2212 the cluster or layer of gke/zz9token9zz');
  });

  test('an id that gives no name', () => {
    expect(problemOf((cluster) => void policy(new Environment(cluster, 'dev'), 'default'))).toContain('FL2002 default cannot name a lock entry');
  });

  test('a password in the address of a Helm repository', () => {
    const problem = problemOf((cluster) => {
      new HelmRepository(new Environment(cluster, 'dev'), 'charts', { url: 'https://me:secret@charts.example.com' });
    });
    expect(problem).toContain('FL2014 the address https://charts.example.com holds a password');
    expect(problem).not.toContain('secret@');
  });

  test('two writers of one lock entry', () => {
    const problem = problemOf((cluster) => {
      const layer = new Layer(cluster, 'apps', { namespace: 'shop' });
      policy(layer, 'web');
      policy(layer.namespaceScope('shop', { create: false }), 'web');
    });
    expect(problem).toContain('FL2202 images/web in locks/gke/apps/shop.yaml has two writers: gke/apps/ImagePolicy/web and gke/apps/Namespace/shop');
    expect(problem).not.toContain('FL2203');
  });

  test('two policies of one name, in one cluster or in two', () => {
    const inOne = problemOf((cluster) => {
      policy(new Layer(cluster, 'a-b'), 'c');
      policy(new Layer(cluster, 'a'), 'b-c');
    });
    expect(inOne).toContain('FL2203 two ImagePolicy objects would be called gke-a-b-c: gke/a-b/ImagePolicy/c and gke/a/ImagePolicy/b-c');
    const inTwo = problemOf((cluster) => {
      policy(new Layer(cluster, 'a-b'), 'c');
      policy(new Layer(new Cluster(cluster.platform, 'gke-a', { kubernetesVersion: '1.36' }), 'b'), 'c');
    });
    expect(inTwo).toContain('FL2203 two ImagePolicy objects would be called gke-a-b-c: gke/a-b/ImagePolicy/c and gke-a/b/ImagePolicy/c');
  });

  test('two ways to read one repository', () => {
    const problem = problemOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      policy(dev, 'a', { secretName: 'one' });
      policy(dev, 'b');
      policy(dev, 'c', { secretName: 'two', insecure: true });
    });
    expect(problem).toContain(`FL2207 secretName of ${repository} is one for gke-dev-a and two for gke-dev-c`);
    expect(problem).not.toContain('insecure of');
  });

  test('two repositories whose objects would have one name', () => {
    const problem = problemOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      policy(dev, 'a', { repository: 'ghcr.io/acme/web-app' });
      policy(dev, 'b', { repository: 'ghcr.io/acme-web/app' });
    });
    expect(problem).toContain(
      'FL2203 two ImageRepository objects would be called gke-ghcr.io-acme-web-app: ghcr.io/acme/web-app (gke-dev-a) and ghcr.io/acme-web/app (gke-dev-b)',
    );
  });

  test('two automations of one name, and a name that is too long', () => {
    const problem = problemOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      policy(dev, 'a');
      policy(dev, 'b', { automation: Automation.commit({ skipCi: true }) });
      policy(dev, 'c', { automation: Automation.commit({ name: 'x'.repeat(60) }) });
    });
    expect(problem).toContain('FL2208 two different automations of cluster gke are called gke-commit');
    expect(problem).toContain('FL2209 gke-xxx');
  });
});

function problemOf(build: (cluster: Cluster) => void): string {
  try {
    textsOf(build);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing is wrong with it');
}

test('policies of one repository share its object, and the shortest interval counts', () => {
  const objects = imageObjects((cluster) => {
    for (const [id, minutes] of [
      ['a', 10],
      ['b', 5],
    ] as const) {
      const interval = Duration.minutes(minutes);
      new ImagePolicy(new Environment(cluster, id), 'podinfo', {
        repository,
        select: ImageSelection.newest(),
        initial: '1',
        interval,
        secretName: 'hub',
      });
    }
  });
  expect(Object.keys(objects).filter((name) => name.startsWith('imagerepository'))).toHaveLength(1);
  expect(objects['imagerepository-gke-docker.io-stefanprodan-podinfo.yaml'].spec).toEqual({
    image: repository,
    interval: '5m',
    secretRef: { name: 'hub' },
  });
});
