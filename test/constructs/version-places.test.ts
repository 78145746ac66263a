import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { ConfigMap, Deployment } from 'cdk8s-plus-27';
import { ChartSource, Environment, HelmRelease, ImagePolicy, ImageSelection } from '../../src';
import { printMarker } from '../../src/model/marker';
import { checkLaw } from '../../src/synth/law';
import { hasToken } from '../../src/synth/tokens';
import { programOf, ROOT, type Texts, textsOf } from './programs';

const POLICY = 'flux-system:gke-dev-podinfo';
const mark = (part?: 'tag' | 'digest') => ` # ${printMarker({ policy: POLICY, part })}`;
const digest = `sha256:${'a'.repeat(64)}`;
const reference = 'ghcr.io/acme/podinfo:1.10';
const locks = {
  'locks/gke/dev/dev.yaml': `apiVersion: fairlead.dev/v1\nkind: Lock\nimages:\n  podinfo: "${reference}@${digest}"\n`,
};

interface Place {
  readonly image: ImagePolicy;
  readonly dev: Environment;
}

/** Builds a program with an image of version 1.10, and makes sure of what holds wherever that version is put. */
function place(build: (place: Place) => void, { pinDigest = false } = {}): Texts {
  const program = (cluster: Environment['cluster']) => {
    const dev = new Environment(cluster, 'dev');
    build({ dev, image: new ImagePolicy(dev, 'podinfo', { repository: 'ghcr.io/acme/podinfo', select: ImageSelection.newest(), pinDigest }) });
  };
  const texts = textsOf(program, { locks });
  for (const [path, text] of Object.entries(texts)) expect([path, hasToken(path), hasToken(text)]).toEqual([path, false, false]);
  expect(checkLaw(programOf(program), ROOT, new Map(Object.entries(locks))).differ).toEqual([]);
  return texts;
}

/** Text of a ConfigMap from its line `data:` on. */
function configMap(dev: Environment, data: object): ApiObject {
  return new ApiObject(dev, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data });
}

function dataIn(texts: Texts): string {
  const text = texts['dist/gke/dev/dev/configmap-settings.yaml'];
  return text.slice(text.indexOf('\ndata:') + 1);
}

function automationIn(texts: Texts): string | undefined {
  return /automation: (.+)/.exec(texts['dist/gke/_images/flux-system/imagepolicy.image.toolkit.fluxcd.io-gke-dev-podinfo.yaml'])?.[1];
}

function lockIn(texts: Texts): string {
  return texts['locks/gke/dev/dev.yaml'].split('\n').at(-2)!.trim();
}

describe('a version is marked', () => {
  test('as a whole scalar', () => {
    const texts = place(({ dev, image }) => configMap(dev, { reference: image.reference, tag: image.tag, repository: image.repository }));
    expect(dataIn(texts)).toBe(`data:\n  reference: "${reference}"${mark()}\n  repository: ghcr.io/acme/podinfo\n  tag: "1.10"${mark('tag')}\n`);
    expect(automationIn(texts)).toBe('gke-commit');
    expect(lockIn(texts)).toBe(`podinfo: "${reference}"${mark()}`);
  });

  test('in lists', () => {
    const texts = place(({ dev, image }) => configMap(dev, { all: [image.tag, { deep: image.tag, list: [image.reference] }, [image.tag]] }));
    const whole = `"${reference}"${mark()}`;
    const tag = `"1.10"${mark('tag')}`;
    expect(dataIn(texts)).toBe(`data:\n  all:\n  - ${tag}\n  - deep: ${tag}\n    list:\n    - ${whole}\n  - - ${tag}\n`);
  });

  test('in a label and an annotation', () => {
    const texts = place(({ dev, image }) => {
      const object = configMap(dev, {});
      object.metadata.addLabel('app.kubernetes.io/version', image.tag);
      object.metadata.addAnnotation('example.com/image', image.reference);
    });
    expect(texts['dist/gke/dev/dev/configmap-settings.yaml']).toContain(
      `  annotations:\n    example.com/image: "${reference}"${mark()}\n  labels:\n    app.kubernetes.io/version: "1.10"${mark('tag')}\n`,
    );
  });

  test('by a JSON patch, under whatever key', () => {
    const texts = place(({ dev, image }) =>
      configMap(dev, { old: image.tag }).addJsonPatch(JsonPatch.move('/data/old', '/data/a: b'), JsonPatch.add('/data/list', [image.tag])),
    );
    expect(dataIn(texts)).toBe(`data:\n  "a: b": "1.10"${mark('tag')}\n  list:\n  - "1.10"${mark('tag')}\n`);
  });

  test('twice', () => {
    const texts = place(({ dev, image }) => configMap(dev, { first: image.tag, second: image.tag }));
    expect(dataIn(texts)).toBe(`data:\n  first: "1.10"${mark('tag')}\n  second: "1.10"${mark('tag')}\n`);
  });

  test('in values of a Helm release', () => {
    const texts = place(({ dev, image }) => {
      new HelmRelease(dev, 'podinfo', { chart: ChartSource.git({ path: 'charts/podinfo' }), values: { image: image.values(), extra: null } });
    });
    expect(texts['dist/gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml']).toContain(
      `  values:\n    image:\n      repository: ghcr.io/acme/podinfo\n      tag: "1.10"${mark('tag')}\n    extra: null\n`,
    );
  });

  test('as the text of a ConfigMap', () => {
    const texts = place(({ dev, image }) => {
      new ConfigMap(dev, 'settings', { data: { TAG: image.tag } });
    });
    expect(dataIn(texts)).toBe(`data:\n  TAG: "1.10"${mark('tag')}\nimmutable: false\n`);
  });

  test('as a container’s image, written as repository and tag', () => {
    const texts = place(
      ({ dev, image }) => {
        new Deployment(dev, 'web', { containers: [{ image: `${image.repository}:${image.tag}`, portNumber: 80 }] });
      },
      { pinDigest: true },
    );
    expect(texts['dist/gke/dev/dev/deployment.apps-web.yaml']).toContain(`image: "${reference}@${digest}"${mark()}\n`);
  });

  test('with its digest, by itself or in the reference', () => {
    const texts = place(({ dev, image }) => configMap(dev, { digest: image.digest, written: `${image.repository}:${image.tag}@${image.digest}` }), {
      pinDigest: true,
    });
    expect(dataIn(texts)).toBe(`data:\n  digest: "${digest}"${mark('digest')}\n  written: "${reference}@${digest}"${mark()}\n`);
  });
});

describe('a version is computed with, so none of its scalars is marked,', () => {
  test('in a longer string', () => {
    const texts = place(({ dev, image }) => configMap(dev, { text: `runs ${image.tag}`, tag: image.tag }));
    expect(dataIn(texts)).toBe('data:\n  tag: "1.10"\n  text: runs 1.10\n');
    expect(automationIn(texts)).toBe('gke-commit.derived');
    expect(lockIn(texts)).toBe(`podinfo: "${reference}"${mark()}`);
  });

  test('in a text of several lines', () => {
    const texts = place(({ dev, image }) => {
      new ConfigMap(dev, 'settings', { data: { 'app.properties': `image=${image.reference}\nname=podinfo\n` } });
    });
    expect(dataIn(texts)).toBe(`data:\n  app.properties: |\n    image=${reference}\n    name=podinfo\nimmutable: false\n`);
    expect(automationIn(texts)).toBe('gke-commit.derived');
  });

  test('in a key', () => {
    const texts = place(({ dev, image }) => configMap(dev, { [image.tag]: 'seen', zero: image.tag }));
    expect(dataIn(texts)).toBe('data:\n  "1.10": seen\n  zero: "1.10"\n');
    expect(automationIn(texts)).toBe('gke-commit.derived');
  });

  test('in a key that a JSON patch makes', () => {
    const texts = place(({ dev, image }) => configMap(dev, {}).addJsonPatch(JsonPatch.add(`/data/${image.tag}`, 'seen')));
    expect(dataIn(texts)).toBe('data:\n  "1.10": seen\n');
  });

  test('as the name of an object, which names its file', () => {
    const texts = place(({ dev, image }) => {
      new ApiObject(dev, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: image.tag } });
    });
    expect(texts['dist/gke/dev/dev/configmap-1.10.yaml']).toContain('  name: "1.10"\n');
    expect(automationIn(texts)).toBe('gke-commit.derived');
  });

  test('as the reference of another repository', () => {
    const texts = place(({ dev, image }) =>
      configMap(dev, { other: `ghcr.io/acme/other:${image.tag}`, suffix: `ghcr.io/acme/podinfo:${image.tag}-alpine` }),
    );
    expect(dataIn(texts)).toBe('data:\n  other: ghcr.io/acme/other:1.10\n  suffix: ghcr.io/acme/podinfo:1.10-alpine\n');
  });
});

test('what cdk8s prints by itself has plain values', () => {
  let chart: Environment | undefined;
  const platform = programOf((cluster) => {
    chart = new Environment(cluster, 'dev');
    const image = new ImagePolicy(chart, 'podinfo', { repository: 'ghcr.io/acme/podinfo', select: ImageSelection.newest(), initial: '1.10' });
    configMap(chart, { tag: image.tag, reference: `${image.repository}:${image.tag}`, text: `runs ${image.tag}`, [image.tag]: 'seen' });
  });
  const data = { tag: '1.10', reference: 'ghcr.io/acme/podinfo:1.10', text: 'runs 1.10', '1.10': 'seen' };
  expect(Testing.synth(chart!)).toContainEqual(expect.objectContaining({ kind: 'ConfigMap', data }));
  expect(platform.synthYaml()).toContain('text: runs 1.10');
  expect(hasToken(platform.synthYaml())).toBe(false);
});
