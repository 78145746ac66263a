import { unsealedFrom } from '../../../../src/agent/secrets/unseal/unsealed-from';
import { assertAllowed, keysOf, secretOf } from '../../../../src/agent/secrets/unseal/unsealed-secret';
import { annotations, labels } from '../../../../src/model/labels';
import type { SealedSecret, SecretTemplate } from '../../../../src/seal/sealed-secret';

const sealed = (template?: SecretTemplate, metadata: object = {}): SealedSecret => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'a', namespace: 'b', uid: 'u', ...metadata },
  spec: { encryptedData: { password: 'x' }, ...(template && { template }) },
});
const made = (template?: SecretTemplate) => secretOf(sealed(template), new Map([['password', Buffer.from('y')]]));

test('without a template it is Opaque, and owned by the SealedSecret', () => {
  const object = sealed();
  expect(secretOf(object, new Map())).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'a',
      namespace: 'b',
      annotations: { [annotations.unsealedFrom]: unsealedFrom(object) },
      ownerReferences: [{ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'a', uid: 'u', controller: true }],
    },
    type: 'Opaque',
    data: {},
  });
  expect(made({ metadata: null, type: '' }).type).toBe('Opaque');
});

test('the template says type, immutable, labels and annotations, never name, namespace, or what it was unsealed from', () => {
  const copy = 'kubectl.kubernetes.io/last-applied-configuration';
  const metadata = {
    name: 'other',
    namespace: 'other',
    labels: { l: '1' },
    annotations: { n: '2', [copy]: '{}', [annotations.unsealedFrom]: 'forged' },
  };
  const secret = made({ type: 'x/y', immutable: false, metadata });
  expect(secret).toMatchObject({
    type: 'x/y',
    immutable: false,
    metadata: { name: 'a', namespace: 'b', labels: { l: '1' } },
    data: { password: 'eQ==' },
  });
  expect(secret.metadata.annotations).toEqual({ n: '2', [annotations.unsealedFrom]: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
});

test('only the template’s annotation, exactly true, keeps it from being owned', () => {
  const free = (value: string) => ({ metadata: { annotations: { [annotations.sealedSkipOwner]: value } } });
  expect([made(free('true')), made(free('yes'))].map(({ metadata }) => metadata.ownerReferences?.length)).toEqual([undefined, 1]);
  const own = sealed(undefined, { annotations: { [annotations.sealedSkipOwner]: 'true' } });
  expect(secretOf(own, new Map()).metadata.ownerReferences).toHaveLength(1);
});

test('keys are told without opening, but for the deprecated form', () => {
  expect(keysOf(sealed({ data: { url: '', password: '' } }))).toEqual(['password', 'url']);
  expect(keysOf({ ...sealed(), spec: { data: 'x' } })).toBeUndefined();
});

test.each<[string, SecretTemplate]>([
  ['a sealing key', { metadata: { labels: { [labels.sealingKey]: 'anything' } } }],
  ['a token', { type: 'kubernetes.io/service-account-token' }],
  ['a release', { type: 'helm.sh/release.v1' }],
])('no Secret is made that is %s', (_, template) => {
  expect(() => assertAllowed(made(template))).toThrow('FL8104');
});

test('what it is unsealed from depends on spec, scope, name and namespace, and on no order and nothing else', () => {
  const from = (metadata: object, template?: SecretTemplate) => unsealedFrom(sealed(template, metadata));
  const first = from({});
  expect(from({ uid: 'other', labels: { a: 'b' }, annotations: { a: 'b' }, resourceVersion: '2' })).toBe(first);
  expect(from({}, { type: 'a', immutable: true })).toBe(from({}, { immutable: true, type: 'a' }));
  const others = [
    from({ name: 'c' }),
    from({ namespace: 'c' }),
    from({}, { type: 'a' }),
    from({ annotations: { [annotations.sealedClusterWide]: 'true' } }),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
});
