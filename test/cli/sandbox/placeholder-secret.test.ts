import { placeholderFor } from '../../../src/cli/sandbox/placeholder-secret';

const metadata = { name: 'auth', namespace: 'dev' };

test('a SealedSecret makes a Secret with its keys, and with what its template says', () => {
  const spec = {
    encryptedData: { user: 'Ag…', password: 'Ag…' },
    template: { type: 'kubernetes.io/basic-auth', metadata: { labels: { app: 'web' } }, data: { 'config.yaml': '{{ .user }}' } },
  };
  expect(placeholderFor({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'auth', namespace: 'dev', labels: { app: 'web' } },
    type: 'kubernetes.io/basic-auth',
    stringData: { 'config.yaml': 'placeholder', password: 'placeholder', user: 'placeholder', username: 'placeholder' },
  });
});

test('an ExternalSecret makes its target', () => {
  const spec = { target: { name: 'other' }, data: [{ secretKey: 'token' }, { secretKey: 'values.yaml' }] };
  expect(placeholderFor({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata, spec })).toMatchObject({
    metadata: { name: 'other', namespace: 'dev' },
    stringData: { token: 'placeholder', 'values.yaml': '{}' },
  });
});

test('what the API server looks into is what it expects', () => {
  const spec = { encryptedData: {}, template: { type: 'kubernetes.io/dockerconfigjson' } };
  const secret = placeholderFor({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec });
  expect(secret?.stringData).toEqual({ '.dockerconfigjson': '{"auths":{}}' });
});

test('nothing else makes one', () => {
  expect(placeholderFor({ apiVersion: 'v1', kind: 'Secret', metadata })).toBeUndefined();
  expect(placeholderFor({ apiVersion: 'other.example/v1', kind: 'ExternalSecret', metadata, spec: {} })).toBeUndefined();
});
