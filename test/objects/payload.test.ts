import { metadataOf, payloadObject, payloadOf } from '../../src/objects/payload';

/** What is sent; as an object it is the same. */
const payload = (object: object, options: Parameters<typeof payloadOf>[1] = { namespace: 'dev' }, kind = 'ConfigMap') => {
  const manifest = { group: '', kind, json: Buffer.from(JSON.stringify(object)) };
  const sent = JSON.parse(payloadOf(manifest, options).toString());
  expect(payloadObject(manifest, options)).toEqual(sent);
  return sent;
};

test('labels, annotations and namespace are put in beside what is there', () => {
  const object = { kind: 'ConfigMap', metadata: { name: 'a', labels: { app: 'a', tier: 'x' }, annotations: null } };
  expect(payload(object, { namespace: 'dev', labels: { tier: 'y' }, annotations: { note: 'here' } })).toEqual({
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'dev', labels: { app: 'a', tier: 'y' }, annotations: { note: 'here' } },
  });
  expect(payload(object, { namespace: '', labels: {} })).toEqual(object);
});

test('a cluster-scoped object loses the namespace it names by mistake', () => {
  expect(payload({ metadata: { name: 'a', namespace: 'dev' } }, { namespace: '' })).toEqual({ metadata: { name: 'a' } });
});

test('what only the server sets is left out', () => {
  const metadata = { name: 'a', uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: null, managedFields: [], selfLink: '/a' };
  expect(payload({ metadata, spec: { status: 'kept' }, status: { ready: true } })).toEqual({
    metadata: { name: 'a', namespace: 'dev' },
    spec: { status: 'kept' },
  });
});

test("a Secret's stringData is sent as data, over what data says", () => {
  const secret = { metadata: { name: 'a' }, data: { kept: 'a2VwdA==', both: 'b2xk' }, stringData: { both: 'new', number: 1 } };
  expect(payload(secret, { namespace: 'dev' }, 'Secret')).toEqual({
    metadata: { name: 'a', namespace: 'dev' },
    data: { kept: 'a2VwdA==', both: 'bmV3', number: 'MQ==' },
  });
  expect(payload({ ...secret, stringData: null }, { namespace: 'dev' }, 'Secret').data).toEqual(secret.data);
  expect(payload(secret)).toHaveProperty('stringData');
});

test('metadata is read without the rest', () => {
  expect(metadataOf(Buffer.from('{"spec":{"metadata":1},"metadata":{"name":"a"}}'))).toEqual({ name: 'a' });
  expect(metadataOf(Buffer.from('{}'))).toEqual({});
});
