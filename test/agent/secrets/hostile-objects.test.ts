import { refusalOf } from '../../../src/agent/secrets/unseal/refusal';
import { unseal } from '../../../src/agent/secrets/unseal/unseal';
import { unsealedFrom } from '../../../src/agent/secrets/unseal/unsealed-from';
import { assertAllowed, type Secret, secretOf, secretOfWhole } from '../../../src/agent/secrets/unseal/unsealed-secret';
import { recordOf } from '../../../src/agent/secrets/written/secret-record';
import { StatusError } from '../../../src/kube/status-error';
import { fieldManagers, annotations as names } from '../../../src/model/labels';
import type { ManagedFieldsEntry } from '../../../src/model/object';
import type { Engine } from '../../../src/render/types';
import type { SealedSecret, SecretTemplate } from '../../../src/seal/sealed-secret';
import { TestRing } from './sealed-secrets-world';

const metadata = { name: 'a', namespace: 'b', uid: 'u' };
const sealed = (spec: object): SealedSecret => ({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec });
/** As deep as the API server takes. */
const tree = () => JSON.parse(`${'{"f:a":'.repeat(9_900)}{}${'}'.repeat(9_900)}`) as Record<string, unknown>;

test('trees too deep to walk, in a template and in who owns the fields of a Secret, are not walked', () => {
  expect(unsealedFrom(sealed({ template: { metadata: tree() } }))).toMatch(/^sha256:/);
  const ours: ManagedFieldsEntry = { manager: fieldManagers.secrets, operation: 'Update', apiVersion: 'v1', fieldsV1: tree() };
  const record = recordOf({ metadata: { ...metadata, annotations: { [names.unsealedFrom]: 'sha256:0' }, managedFields: [ours] } });
  expect(record.ours).toBe('["f:a","f:a","f:a"]');
});

test('of an annotation of a quarter of a megabyte nothing is kept', () => {
  const record = recordOf({ metadata: { ...metadata, annotations: { [names.unsealedFrom]: 'x'.repeat(250_000) } } });
  expect(JSON.stringify(record).length).toBeLessThan(200);
});

test('labels and annotations of a template that are no texts make no Secret', () => {
  for (const labels of [tree(), { a: tree() }, { a: 1 }, 'text', [{}]]) {
    const template = { metadata: { labels } } as unknown as SecretTemplate;
    expect(() => assertAllowed(secretOf(sealed({ template }), new Map()))).toThrow('FL8104');
  }
});

test('of ten thousand values that stay closed some are named', async () => {
  const encryptedData = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key-${String(at).padStart(5, '0')}`, 'x']));
  const values = new Map(Object.keys(encryptedData).map((key) => [key, { problem: 'malformed' as const }]));
  const said = await unseal(sealed({ encryptedData }), new TestRing([]), { open: async () => ({ values }) }, {} as Engine).catch(String);
  expect(said).toMatch(/key-00000, .*key-00019 and 9980 more\)$/);
});

test.each([
  ['stringData that is no text', { stringData: { pin: 73_519_284 } }],
  ['data that is no text', { data: { pin: 73_519_284 } }],
  ['a label that is no text', { metadata: { labels: { pin: 73_519_284 } } }],
  ['a type that is no text', { type: 73_519_284 }],
])('a whole Secret with %s is none, and is not quoted', (_, content) => {
  const whole = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', ...content }));
  expect(() => secretOfWhole(sealed({ data: 'x' }), whole)).toThrow(/^FL8103: spec.data of SealedSecret\/b\/a opens, and holds no Secret in JSON$/);
});

test('what the API server says is not passed on where it cannot be searched for values, or has a short one in it', () => {
  const refused = (message: string, value: string) => {
    const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { pin: Buffer.from(value).toString('base64') } };
    return refusalOf(new StatusError('Secret/b/a', 422, { message, reason: 'Invalid' }), sealed({}), secret).message;
  };
  const long = Array.from({ length: 600 }, (_, at) => `correct-horse-${String(at).padStart(5, '0')}`);
  for (const said of [
    refused(`"${long[7]}" is weak`, long.join('\n')),
    refused(`${'x'.repeat(3000)}1234567`, '1234567'),
    refused('pin 1234 is weak', '1234'),
  ]) {
    expect(said).toMatch(/^FL8108: .*Secret b\/a: Invalid: its words are not passed on/);
    expect(said).not.toMatch(/horse|1234/);
  }
  expect(refused('data[pin] is not wanted', '1234')).toContain('Invalid: data[pin] is not wanted');
});
