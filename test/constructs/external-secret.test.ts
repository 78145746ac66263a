import { Duration, Environment, ExternalSecret, type ExternalSecretProps, SecretStore } from '../../src';
import { programOf, treeOf } from './programs';

const store = SecretStore.named('vault');
const keys = { user: { key: 'prod/db', property: 'user' }, password: { key: 'prod/db', property: 'password', version: '2' } };

function externalSecret(props: Partial<ExternalSecretProps> = {}) {
  let secret: ExternalSecret | undefined;
  const program = programOf((cluster) => {
    secret = new ExternalSecret(new Environment(cluster, 'dev'), 'db', { store, keys, ...props });
  });
  return { secret: secret!, object: () => treeOf(program)['gke/dev/dev/externalsecret.external-secrets.io-db.yaml'] };
}

test('keys of a store become an ExternalSecret', () => {
  expect(externalSecret().object()).toEqual({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'db', namespace: 'dev' },
    spec: {
      secretStoreRef: { kind: 'SecretStore', name: 'vault' },
      refreshInterval: '1h',
      target: { name: 'db' },
      data: [
        { secretKey: 'user', remoteRef: { key: 'prod/db', property: 'user' } },
        { secretKey: 'password', remoteRef: { key: 'prod/db', property: 'password', version: '2' } },
      ],
    },
  });
});

test('all else is said by its spec, and the Secret is called as that says', () => {
  const { secret, object } = externalSecret({
    store: SecretStore.cluster('aws'),
    refreshInterval: Duration.minutes(90),
    spec: { target: { name: 'login', deletionPolicy: 'Merge' } },
  });
  expect(object().spec).toMatchObject({
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'aws' },
    refreshInterval: '1h30m',
    target: { name: 'login', deletionPolicy: 'Merge' },
  });
  expect(secret.reference).toEqual({ kind: 'Secret', namespace: 'dev', name: 'login' });
});

test('its keys are those it is made with, unless the store or a template adds some', () => {
  expect(() => externalSecret().secret.key('pin')).toThrow('FL8208: Secret dev/db has no key pin: it has user, password');
  expect(externalSecret({ keys: undefined, spec: { dataFrom: [{ extract: { key: 'prod/db' } }] } }).secret.key('pin').key).toBe('pin');
  expect(externalSecret({ spec: { target: { template: { data: { pin: '' } } } } }).secret.key('pin').key).toBe('pin');
});
