import fc from 'fast-check';
import { parseSecretManifests } from '../../../../src/cli/seal/input/secret-manifest';

const HEAD = 'apiVersion: v1\nkind: Secret\n';
const parse = (text: string) => parseSecretManifests(text, 'the input');
const values = (text: string) => Object.fromEntries([...parse(text)[0]!.values].map(([key, { value }]) => [key, value.toString()]));

test('values of data and stringData are read, and stringData counts where both have a key', () => {
  expect(values(`${HEAD}data: {a: YQ==, b: "Y\\nm\\n8=", none:}\nstringData:\n  a: text\n  c: |\n    two\n    lines\n`)).toEqual({
    a: 'text',
    b: 'bo',
    none: '',
    c: 'two\nlines\n',
  });
});

test('documents, Lists and Lists of Lists are taken apart; what is empty has none', () => {
  const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });
  const list = { apiVersion: 'v1', kind: 'List', items: [secret('b'), { kind: 'SecretList', items: [secret('c')] }] };
  expect(parse(`---\n${JSON.stringify(secret('a'))}\n---\n---\n${JSON.stringify(list)}\n`).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(parse('\n---\n# nothing\n')).toEqual([]);
});

test('words of those who wrote it and the scope are no annotations of the Secret', () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'kubecfg.ksonnet.io/last-applied-configuration': '{}',
    'sealedsecrets.bitnami.com/cluster-wide': 'true',
    'fairlead.dev/unsealed-from': 'sha256:0',
    note: 'kept',
  };
  expect(parse(`${HEAD}metadata: ${JSON.stringify({ annotations })}`)[0]).toMatchObject({ annotations: { note: 'kept' }, scope: 'cluster-wide' });
});

test.each([
  [`${HEAD}data: {a: hunter2!}`, 'data.a is no base64'],
  [`${HEAD}data: {a: YQ}`, 'data.a is no base64'],
  [`${HEAD}stringData: {a: 5550}`, 'stringData.a is no string: quote it'],
  [`${HEAD}stringData: {a: yes}`, 'stringData.a is no string: quote it'],
  [`${HEAD}stringData: {a: {hunter2: x}}`, 'stringData.a is no string'],
  [`${HEAD}stringData: [hunter2]`, 'stringData is no map'],
  [`${HEAD}stringData: {a: "hunter2`, 'line 3 cannot be read'],
  [`${HEAD}stringData: {a: *hunter2}`, 'the input is no manifest'],
  [`${HEAD}stringData: {a: hunter2, a: x}`, 'line 3 cannot be read (duplicate key)'],
  [`${HEAD}stringData: {"hunter2+": x}`, 'names a key that a Secret cannot have'],
  [`${HEAD}metadata: hunter2`, 'its metadata is no map'],
  [`${HEAD}type: [hunter2]`, 'its type is no string'],
  [`${HEAD}immutable: hunter2`, 'immutable is neither true nor false'],
  ['apiVersion: v1\nkind: ConfigMap\ndata: {a: hunter2}', 'no Secret of v1, but ConfigMap'],
  ['kind: hunter2', 'no Secret of v1'],
  ['hunter2', 'no object'],
])('%j is refused, and none of it shown', (text, reason) => {
  expect(() => parse(text)).toThrow(reason);
  expect(() => parse(text)).not.toThrow('hunter2');
});

test('values of any bytes and texts come through, and no fault in a text shows it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, text) => {
      const json = { apiVersion: 'v1', kind: 'Secret', data: { bytes: Buffer.from(bytes).toString('base64') }, stringData: { text } };
      const read = parse(JSON.stringify(json))[0]!.values;
      expect([read.get('bytes')!.value, read.get('text')!.value.toString()]).toEqual([Buffer.from(bytes), Buffer.from(text).toString()]);
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      try {
        parse(`${HEAD}stringData:\n  a: ${before}hunter2${after}\n`);
      } catch (error) {
        expect((error as Error).message).not.toContain('hunter2');
      }
    }),
  );
});
