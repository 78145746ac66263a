import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { ConfigMap, Deployment, EnvValue, Secret as PlusSecret } from 'cdk8s-plus-27';
import {
  ChartSource,
  ChartVersion,
  Cluster,
  Environment,
  ExternalSecret,
  HelmRelease,
  type HelmReleaseProps,
  HelmRepository,
  type ISecret,
  Layer,
  SealedSecret,
  SecretStore,
  Secrets,
  ValuesFrom,
} from '../../src';
import { parseSealedFile } from '../../src/seal/sealed-file';
import { complaintsOf, type Files, newCertificate, sealed, sealedProgram, sealedTree } from './seals';

const chart = ChartSource.git({ path: 'charts/podinfo' });
const RELEASE = 'dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml';
const WAITS = 'fairlead.dev/depends-on';

let files: Files;
let encryptedData: { readonly [key: string]: string };
beforeAll(async () => {
  const certificate = await newCertificate();
  const text = sealed(certificate);
  encryptedData = parseSealedFile(text, 'a test').encryptedData;
  files = {
    'certs/gke.pem': certificate.pem,
    'secrets/gke/dev/basic-auth.yaml': text,
    'secrets/gke/infrastructure/kube-system/prestashop-mariadb.yaml': sealed(certificate, {
      namespace: 'kube-system',
      name: 'prestashop-mariadb',
      values: { 'mariadb-root-password': '1', 'mariadb-replication-password': '2', 'mariadb-password': '3' },
    }),
  };
});

/** A release beside secret `basic-auth` in environment `dev`. */
function release(props: (secret: SealedSecret, dev: Environment) => Partial<HelmReleaseProps>) {
  return (cluster: Cluster) => {
    const dev = new Environment(cluster, 'dev');
    const secret = new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });
    new HelmRelease(dev, 'podinfo', { chart, ...props(secret, dev) });
  };
}

function releaseOf(build: (cluster: Cluster) => void) {
  return sealedTree(build, files)[RELEASE];
}

describe('a release waits for a sealed secret', () => {
  test.each<[string, (secret: SealedSecret, dev: Environment) => Partial<HelmReleaseProps>]>([
    ['whose name is a value', ({ secretName }) => ({ values: { auth: { existingSecret: secretName } } })],
    ['whose name is in a list, a longer text or a key', ({ secretName }) => ({ values: { env: [`secret:${secretName}`, { [secretName]: 1 }] } })],
    ['of which a value is taken', (secret) => ({ values: { env: [{ name: 'PASSWORD', valueFrom: secret.key('password').valueFrom }] } })],
    ['that has values', (secret) => ({ valuesFrom: [ValuesFrom.secret(secret, { key: 'password', targetPath: 'auth.password' })] })],
    ['that may have values', (secret) => ({ valuesFrom: [ValuesFrom.secret(secret, { optional: true })] })],
    ['in its spec', ({ secretName }) => ({ spec: { postRenderers: [{ kustomize: { patches: [{ patch: secretName }] } }] } })],
    ['it is told of', (secret) => ({ dependsOn: [secret] })],
    ['and once, however often it stands there', (secret) => ({ values: { a: secret.secretName, b: secret.secretName }, dependsOn: [secret] })],
    [
      'through a ConfigMap',
      ({ secretName }, dev) => {
        const values = new ConfigMap(dev, 'values');
        values.addData('values.yaml', JSON.stringify({ auth: { existingSecret: secretName } }));
        return { valuesFrom: [ValuesFrom.configMap(values)] };
      },
    ],
  ])('%s', (_, props) => {
    expect(releaseOf(release(props)).metadata.annotations).toEqual({ [WAITS]: 'SealedSecret/dev/basic-auth' });
  });

  test('but not for one it does not use', () => {
    expect(releaseOf(release(() => ({}))).metadata.annotations).toBeUndefined();
  });
});

test('the name itself is written, also by cdk8s alone', () => {
  const build = release(({ secretName }) => ({ values: { existingSecret: secretName, url: `x-${secretName}` } }));
  expect(releaseOf(build).spec.values).toEqual({ existingSecret: 'basic-auth', url: 'x-basic-auth' });
  const [chartOfDev] = sealedProgram(build, files).charts.filter(({ node }) => node.id === 'dev');
  const { spec, metadata } = Testing.synth(chartOfDev).find(({ kind }: { kind: string }) => kind === 'HelmRelease');
  expect(spec.values.existingSecret).toBe('basic-auth');
  expect(metadata.annotations[WAITS]).toBe('SealedSecret/dev/basic-auth');
});

test('a Secret that is made elsewhere, and one of a store, are used and waited for in the same way', () => {
  const dependsOn = (make: (dev: Environment) => ISecret) =>
    releaseOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const secret = make(dev);
      new HelmRelease(dev, 'podinfo', { chart, values: { existingSecret: secret.secretName, key: secret.key('password').key } });
    }).metadata.annotations[WAITS];
  expect(dependsOn(() => Secrets.existing('db', ['password']))).toBe('Secret/dev/db');
  expect(dependsOn(() => Secrets.existing('db', ['password'], { namespace: 'dev' }))).toBe('Secret/dev/db');
  const store = SecretStore.cluster('vault');
  expect(dependsOn((dev) => new ExternalSecret(dev, 'db', { store, keys: { password: { key: 'prod/db' } } }))).toBe('Secret/dev/db');
});

test('layers wait for secrets too, and whatever waits says it in one annotation', () => {
  const tree = sealedTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    const secret = new SealedSecret(dev, 'basic-auth');
    new Layer(cluster, 'apps', { dependsOn: [secret, dev] });
  }, files);
  const { metadata, spec } = tree['_sync/flux-system/kustomization.kustomize.toolkit.fluxcd.io-apps.yaml'];
  expect(metadata.annotations[WAITS]).toBe('SealedSecret/dev/basic-auth');
  expect(spec.dependsOn).toEqual([{ name: 'dev' }]);
});

test('a plain workload gets the name, and the kubelet waits', () => {
  const tree = sealedTree((cluster) => {
    const dev = new Environment(cluster, 'dev');
    const { secretName } = new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });
    const secret = PlusSecret.fromSecretName(dev, 'basic-auth', secretName);
    const envVariables = { PASSWORD: EnvValue.fromSecretValue({ secret, key: 'password' }) };
    new Deployment(dev, 'web', { containers: [{ image: 'web', portNumber: 80, envVariables }] });
  }, files);
  const { metadata, spec } = tree['dev/dev/deployment.apps-web.yaml'];
  expect(spec.template.spec.containers[0].env).toEqual([{ name: 'PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'basic-auth' } } }]);
  expect(metadata.annotations).toBeUndefined();
});

test('credentials of a release that takes its values from a ConfigMap', () => {
  const tree = sealedTree((cluster) => {
    const infrastructure = new Layer(cluster, 'infrastructure');
    const system = infrastructure.namespaceScope('kube-system', { create: false });
    const bitnami = new HelmRepository(system, 'bitnami', { url: 'https://charts.bitnami.com/bitnami' });
    const credentials = new SealedSecret(system, 'prestashop-mariadb', {
      keys: ['mariadb-root-password', 'mariadb-replication-password', 'mariadb-password'],
    });
    const values = new ConfigMap(system, 'prestashop-values');
    values.addData(
      'values.yaml',
      JSON.stringify({ auth: { existingSecret: credentials.secretName }, primary: { persistence: { enabled: false, storageClass: 'standard' } } }),
    );
    new HelmRelease(system, 'prestashop-mariadb', {
      releaseName: 'mariadb',
      chart: bitnami.chart('mariadb', ChartVersion.exact('10.4.0')),
      valuesFrom: [ValuesFrom.configMap(values)],
    });
  }, files);
  const folder = 'infrastructure/kube-system';
  expect(tree[`${folder}/sealedsecret.bitnami.com-prestashop-mariadb.yaml`].spec.encryptedData).toHaveProperty('mariadb-password');
  expect(JSON.parse(tree[`${folder}/configmap-prestashop-values.yaml`].data['values.yaml']).auth).toEqual({ existingSecret: 'prestashop-mariadb' });
  expect(tree[`${folder}/helmrelease.helm.toolkit.fluxcd.io-prestashop-mariadb.yaml`].metadata.annotations).toEqual({
    [WAITS]: 'SealedSecret/kube-system/prestashop-mariadb',
  });
});

describe('synth refuses', () => {
  const object = (scope: Environment, id: string, spec: object) => new ApiObject(scope, id, { apiVersion: 'example.com/v1', kind: 'App', spec });

  test('a secret of another namespace, in an object or a release of it', () => {
    const found = complaintsOf((cluster) => {
      const { secretName } = new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth');
      const stg = new Environment(cluster, 'stg');
      object(stg, 'web', { secret: [{ secretName }] });
      new HelmRelease(stg, 'podinfo', { chart, values: { existingSecret: secretName } });
    }, files);
    const remedy = 'a Secret is seen in its own namespace alone → make a Secret of its own there';
    const there = 'Secret basic-auth, which is in namespace dev of cluster gke';
    expect(found).toEqual([
      `[gke/stg/web] FL8215 App/stg/web is in namespace stg of cluster gke and names at /spec/secret/0/secretName ${there}: ${remedy}`,
      `[gke/stg/HelmRelease/podinfo/Resource] FL8215 HelmRelease/stg/podinfo is in namespace stg of cluster gke and names at /spec/values/existingSecret ${there}: ${remedy}`,
    ]);
  });

  test('a secret of another cluster', () => {
    const found = complaintsOf((cluster) => {
      const { secretName } = new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth');
      const dev = new Environment(new Cluster(cluster.platform, 'eks', { kubernetesVersion: '1.36' }), 'dev');
      object(dev, 'web', { secretName });
    }, files);
    expect(found).toEqual([
      expect.stringContaining('[eks/dev/web] FL8215 App/dev/web is in namespace dev of cluster eks and names at /spec/secretName'),
    ]);
    const released = complaintsOf((cluster) => {
      const { secretName } = new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth');
      const dev = new Environment(new Cluster(cluster.platform, 'eks', { kubernetesVersion: '1.36' }), 'dev');
      new HelmRelease(dev, 'podinfo', { chart, values: { secretName } });
    }, files);
    expect(released).toEqual([expect.stringContaining('[eks/dev/HelmRelease/podinfo] FL2009 it depends on gke/dev/SealedSecret/basic-auth')]);
  });

  test('no secret that is said to be in the namespace it is used in, nor one that a release uses elsewhere', () => {
    const found = complaintsOf((cluster) => {
      const { secretName } = new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth');
      const stg = new Environment(cluster, 'stg');
      object(stg, 'gateway', { certificateRefs: [{ name: secretName, namespace: 'dev' }] });
      new HelmRelease(stg, 'podinfo', { chart, values: { secretName }, spec: { targetNamespace: 'dev' } });
      new ApiObject(stg, 'copy', { apiVersion: 'example.com/v1', kind: 'App', metadata: { name: secretName } });
      object(stg, 'shared', { a: Secrets.existing('db', []).secretName });
    }, files);
    expect(found).toEqual([]);
  });

  test('a key that is not declared, where it is asked for', () => {
    const use = (build: (secret: SealedSecret) => void) => () =>
      sealedProgram(
        (cluster) => build(new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth', { keys: ['user'], template: { dsn: '' } })),
        files,
      );
    const message = 'FL8208: Secret dev/basic-auth has no key pasword: it has user, dsn';
    expect(use((secret) => secret.key('pasword'))).toThrow(message);
    expect(use((secret) => ValuesFrom.secret(secret, { key: 'pasword' }))).toThrow(message);
    expect(use((secret) => ValuesFrom.secret(secret))).toThrow('has no key values.yaml');
    expect(use((secret) => secret.key('dsn'))).not.toThrow();
    expect(() => Secrets.existing('db', ['password']).key('user')).toThrow('FL8208: Secret db has no key user: it has password');
  });

  test('a key that the file does not have', () => {
    const found = complaintsOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const secret = new SealedSecret(dev, 'basic-auth');
      new HelmRelease(dev, 'podinfo', { chart, values: { key: [secret.key('token').key, secret.key('user').key] } });
    }, files);
    expect(found).toEqual([
      '[gke/dev/SealedSecret/basic-auth] FL8208 Secret dev/basic-auth has no key token: it has password, user → correct the key, or add it to the keys of the Secret',
    ]);
  });

  test('a key that an object takes and the secret has not', () => {
    const found = complaintsOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const { secretName } = new SealedSecret(dev, 'basic-auth');
      object(dev, 'env', { valueFrom: { secretKeyRef: { name: secretName, key: 'token' } } });
      object(dev, 'volume', {
        secret: {
          secretName,
          items: [
            { key: 'user', path: 'a' },
            { key: 'pin', path: 'b' },
          ],
        },
      });
      object(dev, 'external', { name: Secrets.existing('db', ['password']).secretName, key: 'user' });
    }, files);
    expect(found.map((text) => text.split(' → ')[0])).toEqual([
      '[gke/dev/env] FL8208 Secret dev/basic-auth has no key token: it has password, user',
      '[gke/dev/volume] FL8208 Secret dev/basic-auth has no key pin: it has password, user',
      '[gke/dev/external] FL8208 Secret db has no key user: it has password',
    ]);
  });

  test('in values of a chart a key where Kubernetes says that it is one, and no text that only stands beside a name', () => {
    const found = complaintsOf((cluster) => {
      const dev = new Environment(cluster, 'dev');
      const { secretName } = new SealedSecret(dev, 'basic-auth');
      new HelmRelease(dev, 'podinfo', {
        chart,
        values: {
          env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: secretName, key: 'token' } } }],
          volumes: [{ name: 'v', secret: { secretName, items: [{ key: 'pin', path: 'b' }] } }],
          mounts: [{ name: secretName, key: 'whatever the chart means by it', namespace: 'elsewhere' }],
          tls: { secretName, key: 'tls.key' },
        },
      });
    }, files);
    expect(found.map((text) => text.split(' → ')[0])).toEqual([
      '[gke/dev/HelmRelease/podinfo/Resource] FL8208 Secret dev/basic-auth has no key token: it has password, user',
      '[gke/dev/HelmRelease/podinfo/Resource] FL8208 Secret dev/basic-auth has no key pin: it has password, user',
    ]);
  });

  test('a release that waits for a secret of a layer which waits for the release', () => {
    const found = complaintsOf((cluster) => {
      const infrastructure = new Layer(cluster, 'infrastructure', { namespace: 'dev' });
      const dev = new Environment(cluster, 'dev', { dependsOn: [infrastructure] });
      const { secretName } = new SealedSecret(dev, 'basic-auth');
      new HelmRelease(infrastructure, 'ingress', { chart, values: { secretName } });
    }, files);
    expect(found).toEqual([
      expect.stringContaining(
        'FL2010 these wait for one another, so none would ever be applied: gke/infrastructure → gke/infrastructure/HelmRelease/ingress → gke/dev/SealedSecret/basic-auth → gke/infrastructure',
      ),
    ]);
  });

  test('a sealed secret in no namespace', () => {
    expect(complaintsOf((cluster) => void new SealedSecret(new Layer(cluster, 'apps'), 'x', { encryptedData }))[0]).toContain(
      'FL2004 SealedSecret/x',
    );
  });
});

test('what patches put into an object is looked at as well', () => {
  const found = complaintsOf((cluster) => {
    const { secretName } = new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth');
    const web = new ApiObject(new Environment(cluster, 'stg'), 'web', { apiVersion: 'example.com/v1', kind: 'App', spec: {} });
    web.addJsonPatch(JsonPatch.add('/spec/secretName', secretName));
  }, files);
  expect(found).toHaveLength(1);
});
