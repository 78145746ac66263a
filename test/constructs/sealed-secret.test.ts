import { ApiObject, JsonPatch } from 'cdk8s';
import { type Cluster, Environment, Layer, SealedScope, SealedSecret, type SealedSecretProps } from '../../src';
import type { SealingCertificate } from '../../src/seal/certificate';
import { parseSealedFile } from '../../src/seal/sealed-file';
import type { SecretTemplate } from '../../src/seal/sealed-secret';
import { locksOf } from '../../src/synth/lock-requests';
import { sealsOf } from '../../src/synth/seal-requests';
import { complaintsOf, type Files, newCertificate, sealed, sealedProgram, sealedTree, warningsIn } from './seals';

const FILE = 'secrets/gke/dev/basic-auth.yaml';
const OBJECT = 'dev/dev/sealedsecret.bitnami.com-basic-auth.yaml';

let certificate: SealingCertificate;
let older: SealingCertificate;
let foreign: SealingCertificate;
beforeAll(async () => {
  [certificate, older, foreign] = await Promise.all([newCertificate(), newCertificate(), newCertificate()]);
});

function basicAuth(props?: SealedSecretProps) {
  return (cluster: Cluster) => void new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth', props);
}

/** A committed file and the cluster's certificates. */
function files(text: string, ...certificates: readonly SealingCertificate[]): Files {
  const all = certificates.length > 0 ? certificates : [certificate];
  return { [FILE]: text, 'certs/gke.pem': all.map(({ pem }) => pem).join('') };
}

describe('a sealed secret is written,', () => {
  test('as its file has it, with the key that each value was sealed for', () => {
    const text = sealed(certificate);
    const { encryptedData } = parseSealedFile(text, FILE);
    const tree = sealedTree(basicAuth({ keys: ['user', 'password'] }), files(text));
    expect(tree[OBJECT]).toEqual({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: {
        name: 'basic-auth',
        namespace: 'dev',
        annotations: { 'fairlead.dev/sealed-with': expect.stringContaining(`user ${certificate.fingerprint} `) },
      },
      spec: { encryptedData },
    });
  });

  test('without a record that no longer fits, as kubeseal leaves it behind', () => {
    const text = sealed(certificate).replace(/(user SHA256:\S+) \w+/, '$1 00000000');
    expect(text).toContain('00000000');
    const { annotations } = sealedTree(basicAuth(), files(text))[OBJECT].metadata;
    expect(annotations['fairlead.dev/sealed-with']).toMatch(/^password SHA256:\S+ \w{8}\n$/);
  });

  test('with its scope, on the Secret too as kubeseal puts it', () => {
    const tree = sealedTree(basicAuth({ scope: SealedScope.NAMESPACE_WIDE }), files(sealed(certificate, { scope: 'namespace-wide' })));
    const annotations = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    expect(tree[OBJECT].metadata.annotations).toMatchObject(annotations);
    expect(tree[OBJECT].spec.template).toEqual({ metadata: { annotations } });
  });

  test('with its own metadata, but not with what kubectl left there', () => {
    const annotations = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const { metadata } = sealedTree(basicAuth(), files(sealed(certificate, { annotations, labels: { app: 'web' } })))[OBJECT];
    expect(metadata.labels).toEqual({ app: 'web' });
    expect(Object.keys(metadata.annotations)).toEqual(['fairlead.dev/sealed-with', 'kustomize.toolkit.fluxcd.io/prune']);
  });

  test('in the shape the program gives it, and the file’s where it gives none', () => {
    const template = {
      type: 'kubernetes.io/basic-auth',
      immutable: true,
      data: { url: 'file' },
      metadata: { name: 'basic-auth', namespace: 'dev', labels: { from: 'file', old: 'yes' }, annotations: { a: 'file' } },
    };
    const text = sealed(certificate, { template });
    const shapeOf = (props: SealedSecretProps) => sealedTree(basicAuth(props), files(text))[OBJECT].spec.template;
    expect(shapeOf({})).toEqual({ ...template, metadata: { labels: template.metadata.labels, annotations: { a: 'file' } } });
    expect(shapeOf({ type: 'Opaque', immutable: false, template: { dsn: '{{ .user }}' }, labels: { from: 'program' }, annotations: {} })).toEqual({
      type: 'Opaque',
      immutable: false,
      data: { dsn: '{{ .user }}' },
      metadata: { labels: { from: 'program' } },
    });
  });

  test('with what the program says of the object itself, as of any of cdk8s', () => {
    const annotations = { note: 'file', 'argocd.argoproj.io/sync-wave': '1' };
    const program = (cluster: Cluster) => {
      const object = ApiObject.of(new SealedSecret(new Environment(cluster, 'dev'), 'basic-auth', { labels: { of: 'secret' } }));
      object.metadata.addAnnotation('note', 'program');
      object.metadata.addLabel('of', 'object');
      object.addJsonPatch(JsonPatch.add('/spec/template/metadata/finalizers', ['example.com/keep']));
    };
    const { metadata, spec } = sealedTree(program, files(sealed(certificate, { annotations })))[OBJECT];
    expect(metadata).toMatchObject({ labels: { of: 'object' }, annotations: { ...annotations, note: 'program' } });
    expect(spec.template.metadata).toEqual({ labels: { of: 'secret' }, finalizers: ['example.com/keep'] });
  });

  test('from values in the program', () => {
    const { encryptedData } = parseSealedFile(sealed(certificate, { scope: 'cluster-wide' }), FILE);
    const program = basicAuth({ encryptedData, scope: SealedScope.CLUSTER_WIDE });
    expect(sealedTree(program, {})[OBJECT]).toMatchObject({
      metadata: { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } },
      spec: { encryptedData },
    });
    expect(sealsOf(sealedProgram(program, {}))).toEqual([]);
  });

  test('from one file as the same bytes, in the name of whoever may open it', () => {
    const text = sealed(certificate, { name: 'shared', namespace: 'elsewhere', scope: 'cluster-wide' });
    const program = basicAuth({ file: './secrets/gke/../shared.yaml' });
    const of = () => JSON.stringify(sealedTree(program, { 'secrets/shared.yaml': text }));
    expect(of()).toBe(of());
    expect(JSON.parse(of())[OBJECT].metadata).toMatchObject({ name: 'basic-auth', namespace: 'dev' });
  });
});

test('a file is named after cluster, layer and secret, and after the namespace where it is another', () => {
  const program = sealedProgram((cluster) => {
    const layer = new Layer(cluster, 'infrastructure');
    new SealedSecret(layer.namespaceScope('kube-system', { create: false }), 'mail', { keys: ['url'], type: 'Opaque' });
    new SealedSecret(layer.namespaceScope('infrastructure'), 'mail', { file: 'secrets/mail.json' });
    new SealedSecret(new Environment(cluster, 'dev'), 'mail');
  }, {});
  expect(sealsOf(program)).toMatchObject([
    {
      cluster: 'gke',
      layer: 'infrastructure',
      namespace: 'kube-system',
      name: 'mail',
      file: 'secrets/gke/infrastructure/kube-system/mail.yaml',
      keys: ['url'],
      template: { type: 'Opaque' },
    },
    { file: 'secrets/mail.json', namespace: 'infrastructure', construct: 'gke/infrastructure/Namespace/infrastructure/SealedSecret/mail' },
    { file: 'secrets/gke/dev/mail.yaml' },
  ]);
  expect(locksOf(program)).toEqual([]);
});

describe('synth refuses', () => {
  const SEAL = 'fairlead seal gke/dev/basic-auth --from-literal user=… --from-literal password=…';
  const AT = '[gke/dev/SealedSecret/basic-auth]';
  const pair = { keys: ['user', 'password'] };

  test('a file that is not there, with the command that makes it', () => {
    expect(complaintsOf(basicAuth(pair))).toEqual([
      `${AT} FL8201 ${FILE} is not there, and Secret dev/basic-auth takes its values from it → seal its values: ${SEAL}`,
    ]);
    expect(complaintsOf(basicAuth({ scope: SealedScope.CLUSTER_WIDE }))[0]).toMatch(
      /fairlead seal gke\/dev\/basic-auth --scope cluster-wide --from-literal <key>=…$/,
    );
  });

  test('a rename that strict values do not survive, with the command that seals them anew', () => {
    const old = 'secrets/gke/dev/login.yaml';
    const found = complaintsOf(basicAuth(pair), {
      [old]: sealed(certificate, { name: 'login' }),
      'secrets/gke/dev/other.yaml': sealed(certificate, { values: { a: 'b' } }),
    });
    expect(found).toEqual([
      `${AT} FL8201 ${FILE} is not there, and Secret dev/basic-auth takes its values from it; ${old} belongs to no construct, and opens as dev/login alone → ` +
        `after a rename seal them anew, while the old Secret is there: kubectl get secret -n dev login -o yaml | fairlead seal gke/dev/basic-auth; else: ${SEAL}`,
    ]);
  });

  test('a rename of the environment, which strict values do not survive either', () => {
    const old = 'secrets/gke/development/basic-auth.yaml';
    const found = complaintsOf(basicAuth(pair), { [old]: sealed(certificate, { namespace: 'development' }) });
    expect(found[0]).toContain(`${old} belongs to no construct, and opens as development/basic-auth alone`);
    expect(found[0]).toContain('kubectl get secret -n development basic-auth -o yaml | fairlead seal gke/dev/basic-auth');
  });

  test('a rename of values for the whole namespace, which only needs the file moved', () => {
    const old = 'secrets/gke/dev/login.yaml';
    const text = sealed(certificate, { name: 'login', scope: 'namespace-wide' });
    expect(complaintsOf(basicAuth(pair), { [old]: text })[0]).toContain(`after a rename: git mv ${old} ${FILE}`);
    expect(complaintsOf(basicAuth(pair), { [FILE]: text })).toEqual([]);
  });

  test.each([
    ['another name', { name: 'login' }, 'dev/login', 'strict', '-n dev login'],
    ['another namespace', { namespace: 'stg' }, 'stg/basic-auth', 'strict', '-n stg basic-auth'],
    ['another namespace, for all of it', { namespace: 'stg', scope: 'namespace-wide' }, 'stg/basic-auth', 'namespace-wide', '-n stg basic-auth'],
  ] as const)('a file of %s', (_, place, there, scope, old) => {
    expect(complaintsOf(basicAuth(), files(sealed(certificate, place)))).toEqual([
      `${AT} FL8202 ${FILE} is sealed for ${there}, and the program makes dev/basic-auth of it: with scope ${scope} it opens nowhere else → ` +
        `seal the values for their new place, while the old Secret is there: kubectl get secret ${old} -o yaml | fairlead seal gke/dev/basic-auth`,
    ]);
  });

  test('another scope than the file’s', () => {
    expect(complaintsOf(basicAuth({ scope: SealedScope.STRICT }), files(sealed(certificate, { scope: 'cluster-wide' })))[0]).toContain(
      `FL8203 ${FILE} is sealed with scope cluster-wide, and the program says strict`,
    );
  });

  test('what is no SealedSecret, with its line', () => {
    expect(complaintsOf(basicAuth(), files('apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n'))[0]).toContain(`${AT} FL8010 ${FILE}, line 1: `);
    expect(complaintsOf(basicAuth(), files('a: [\n'))[0]).toContain('FL8010');
  });

  test.each([
    ['spaces in it', (text: string) => `${text.slice(0, 20)} ${text.slice(20)}`, 'it is no base64, or has spaces in it'],
    ['the alphabet of addresses', (text: string) => `-_${text.slice(2)}`, 'it is no base64, or has spaces in it'],
    ['half of it', (text: string) => text.slice(0, 100), 'it is cut off'],
    ['no padding', (text: string) => text.replace(/=+$/, ''), 'it is cut off'],
    ['nothing', () => '', 'it is no base64, or has spaces in it'],
    [
      'a session key of a few bytes',
      () => Buffer.concat([Buffer.from([0, 5]), Buffer.alloc(60)]).toString('base64'),
      'its session key has 5 bytes, which no RSA key makes',
    ],
  ])('a value with %s', (_, cut, reason) => {
    // 4 bytes make the base64 end in padding.
    const { encryptedData } = parseSealedFile(sealed(certificate, { values: { user: 'anna' } }), FILE);
    const found = complaintsOf(basicAuth({ encryptedData: { ...encryptedData, password: cut(encryptedData.user) } }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`FL8204 value password of encryptedData is no sealed value: ${reason} → seal it anew: fairlead seal --raw`);
  });

  test('a value whose session key is not of the key it was sealed for', async () => {
    const small = await newCertificate(1024);
    const text = sealed({ ...certificate, fingerprint: small.fingerprint }, { values: { user: 'ann' } });
    expect(complaintsOf(basicAuth(), files(text, small))[0]).toContain(
      `FL8204 value user of ${FILE} is no sealed value: its session key has 256 bytes, and the key it was sealed with makes 128`,
    );
    expect(complaintsOf(basicAuth(), files(sealed(small), small))).toEqual([]);
  });

  test('values that were sealed for another cluster', () => {
    expect(complaintsOf(basicAuth(pair), files(sealed(foreign), certificate, older))).toEqual([
      `${AT} FL8205 ${FILE} holds password, user sealed for key ${foreign.fingerprint}, which is none of cluster gke in certs/gke.pem → ` +
        'fetch the certificates anew if that key is this cluster’s: fairlead seal cert gke; else seal for this cluster: fairlead seal rotate, or ' +
        'fairlead seal gke/dev/basic-auth --from-literal password=… --from-literal user=…',
    ]);
  });

  test('certificates that cannot be read, once', () => {
    const found = complaintsOf(
      (cluster) => {
        basicAuth()(cluster);
        new SealedSecret(new Environment(cluster, 'stg'), 'basic-auth');
      },
      { [FILE]: sealed(certificate), 'secrets/gke/stg/basic-auth.yaml': sealed(certificate, { namespace: 'stg' }), 'certs/gke.pem': 'none' },
    );
    expect(found).toEqual([expect.stringContaining('[gke] FL8001 no certificate to seal with can be read from certs/gke.pem')]);
  });

  test('a key that is declared, and neither in the file nor made by its template', () => {
    const template = { data: { dsn: '{{ .user }}' } };
    expect(complaintsOf(basicAuth({ keys: ['user', 'dsn', 'token', 'pin'] }), files(sealed(certificate, { template })))).toEqual([
      `${AT} FL8206 ${FILE} has no token, pin, which the program asks for → seal what is missing: fairlead seal gke/dev/basic-auth --from-literal token=… --from-literal pin=…`,
    ]);
  });

  test('a file without values', () => {
    expect(complaintsOf(basicAuth(pair), files(sealed(certificate, { values: {} })))[0]).toContain(
      `FL8207 ${FILE} has no values → seal some: ${SEAL}`,
    );
  });

  test.each<[string, SecretTemplate, string]>([
    [
      'is labelled',
      { metadata: { labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' } } },
      'has label sealedsecrets.bitnami.com/sealed-secrets-key',
    ],
    ['has a type', { type: 'kubernetes.io/service-account-token' }, 'is of type kubernetes.io/service-account-token'],
  ])('a template that plants what nobody should have: it %s', (_, template, reason) => {
    expect(complaintsOf(basicAuth(), files(sealed(certificate, { template })))[0]).toMatch(
      new RegExp(`FL8209 Secret dev/basic-auth ${reason}.* → take that away from ${FILE}`),
    );
    const props = { type: template.type, labels: template.metadata?.labels };
    expect(complaintsOf(basicAuth(props), files(sealed(certificate)))[0]).toMatch(/FL8209 .* → take that away from the program/);
  });

  test('two constructs of one file', () => {
    const program = (cluster: Cluster) => {
      const dev = new Environment(cluster, 'dev');
      for (const id of ['a', 'b']) new SealedSecret(dev, id, { file: FILE });
    };
    expect(complaintsOf(program, files(sealed(certificate, { scope: 'namespace-wide' })))).toEqual([
      `FL8210 ${FILE} is taken by two: gke/dev/SealedSecret/a and gke/dev/SealedSecret/b → use one construct in both places, or seal a file for each`,
    ]);
  });

  test('what a program says twice, or wrong', () => {
    const { encryptedData } = parseSealedFile(sealed(certificate), FILE);
    expect(complaintsOf(basicAuth({ file: FILE, encryptedData }))[0]).toContain('FL8216 Secret dev/basic-auth is given both file and encryptedData');
    expect(complaintsOf(basicAuth({ sealedWith: certificate.fingerprint }), files(sealed(certificate)))[0]).toContain(
      'FL8216 Secret dev/basic-auth is given both sealedWith and values in a file',
    );
    expect(complaintsOf(basicAuth({ file: '../other/basic-auth.yaml' }))[0]).toContain('FL8217 ../other/basic-auth.yaml is no path of a sealed file');
    expect(complaintsOf(basicAuth({ keys: ['user name'] }), files(sealed(certificate)))[0]).toContain(
      'FL8218 "user name" cannot be a key of a Secret',
    );
  });
});

describe('synth warns', () => {
  test('of nothing where all is known', () => {
    expect(warningsIn(basicAuth(), files(sealed(certificate), certificate, older))).toEqual([]);
  });

  test('where no key is recorded, as kubeseal seals', () => {
    expect(warningsIn(basicAuth(), files(sealed(certificate, { isRecorded: false })))).toEqual([
      `FL8212 [gke/dev/SealedSecret/basic-auth] ${FILE} does not record which key password, user was sealed for, so whether cluster gke can open it is not known\n` +
        '  fairlead seal rotate seals it anew and records the key; fairlead seal verify asks the cluster',
    ]);
  });

  test('of values in the program, which record no key', () => {
    const { encryptedData } = parseSealedFile(sealed(certificate), FILE);
    expect(warningsIn(basicAuth({ encryptedData }), { 'certs/gke.pem': certificate.pem })[0]).toContain(
      'say the fingerprint of that key in sealedWith, or keep the values in a file',
    );
  });

  test('of values in the program no more, where it says their key', () => {
    const { encryptedData } = parseSealedFile(sealed(certificate), FILE);
    const certificates = { 'certs/gke.pem': certificate.pem + older.pem };
    const inline = (sealedWith: string) => basicAuth({ encryptedData, sealedWith });
    expect(warningsIn(inline(certificate.fingerprint), certificates)).toEqual([]);
    expect(sealedTree(inline(certificate.fingerprint), certificates)[OBJECT].metadata.annotations).toEqual({
      'fairlead.dev/sealed-with': expect.stringContaining(`user ${certificate.fingerprint} `),
    });
    expect(warningsIn(inline(older.fingerprint), certificates)).toEqual([
      expect.stringMatching(
        /^FL8214 .*\n {2}seal it for the newest: fairlead seal --raw --namespace dev --name basic-auth --from-file password=<file>$/,
      ),
    ]);
    expect(complaintsOf(inline(foreign.fingerprint), certificates)).toEqual([expect.stringContaining('FL8205 encryptedData holds password, user')]);
  });

  test('where there are no certificates, once a cluster', () => {
    expect(warningsIn(basicAuth(), { [FILE]: sealed(certificate) })).toEqual([
      `FL8213 [gke] there is no certs/gke.pem, so whether cluster gke can open ${FILE} is not known\n  fetch and commit it: fairlead seal cert gke`,
    ]);
  });

  test('of values that an older key of the cluster opens', () => {
    expect(warningsIn(basicAuth(), files(sealed(older), certificate, older))).toEqual([
      `FL8214 [gke/dev/SealedSecret/basic-auth] ${FILE} holds password, user sealed for an older key of cluster gke\n  seal it for the newest: fairlead seal rotate`,
    ]);
  });

  test('of files that nothing uses', () => {
    const unused = 'secrets/gke/gone/login.yaml';
    expect(warningsIn(basicAuth(), { ...files(sealed(certificate)), [unused]: 'whatever' })[0]).toContain(
      `FL8211 [gke] ${unused} belongs to no SealedSecret`,
    );
  });
});

test('a program without sealed secrets reads no certificates', () => {
  const program = (cluster: Cluster) => void new Environment(cluster, 'dev');
  expect(complaintsOf(program, { 'certs/gke.pem': 'none' })).toEqual([]);
  expect(warningsIn(program, { 'certs/gke.pem': 'none' })).toEqual([]);
});
