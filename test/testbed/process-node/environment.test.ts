import { environmentOf, expand } from '../../../src/testbed/process-node/environment';

const POD = { metadata: { name: 'pod', namespace: 'prod', uid: '1', labels: { app: 'agent' } }, spec: { containers: [] } };
const OBJECTS = {
  object: async (_kind: string, name: string) => (name === 'there' ? { key: Buffer.from('value') } : undefined),
};

test.each([
  ['$(A)', 'a'],
  ['$$(A)', '$(A)'],
  ['$(B) $ $A', '$(B) $ $A'],
  ['$(toString)', '$(toString)'],
])('%s becomes %s', (text, expected) => expect(expand(text, { A: 'a' })).toBe(expected));

test('variables come from objects, the Pod, and variables before them', async () => {
  const container = {
    name: 'agent',
    image: 'agent',
    envFrom: [{ prefix: 'ALL_', configMapRef: { name: 'there' } }],
    env: [
      { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'there', key: 'key' } } },
      { name: 'NONE', valueFrom: { secretKeyRef: { name: 'there', key: 'other', optional: true } } },
      { name: 'BOTH', value: '$(HOME)$(LABEL)' },
    ],
  };
  expect(await environmentOf(container, POD, '198.18.0.1', OBJECTS, { HOME: '/' })).toEqual({
    HOME: '/',
    ALL_key: 'value',
    LABEL: 'agent',
    KEY: 'value',
    BOTH: '/agent',
  });
});

test('what is not there is said as a kubelet says it', async () => {
  const of = (more: object) => environmentOf({ name: 'agent', image: 'agent', ...more }, POD, '198.18.0.1', OBJECTS, {});
  await expect(of({ envFrom: [{ secretRef: { name: 'gone' } }] })).rejects.toThrow('secret "gone" not found');
  await expect(of({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'there', key: 'b' } } }] })).rejects.toThrow(
    "couldn't find key b in ConfigMap prod/there",
  );
});
