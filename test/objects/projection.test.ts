import fc from 'fast-check';
import type { FieldSet } from '../../src/objects/field-sets';
import { projectionDigest } from '../../src/objects/projection';

const owned: FieldSet = {
  'f:metadata': { 'f:labels': { 'f:app': {} } },
  'f:spec': {
    'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
    'f:finalizers': { 'v:"ours"': {} },
    'f:selector': {},
    'f:rows': { 'i:1': {} },
  },
};
const object = () => ({
  metadata: { labels: { app: 'web' } as Record<string, string>, resourceVersion: '1' },
  spec: {
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', nodePort: 30000 },
      { name: 'https', port: 443, protocol: 'TCP' },
    ] as Record<string, unknown>[],
    finalizers: ['theirs', 'ours'],
    selector: { app: 'web', tier: 'front' } as Record<string, string>,
    rows: ['a', 'b'],
    replicas: 1,
  },
});
type Live = ReturnType<typeof object>;
const changed = (change: (live: Live) => void) => {
  const live = object();
  change(live);
  return projectionDigest(live, owned);
};
const before = projectionDigest(object(), owned);

test.each<[string, (live: Live) => void]>([
  ['our label', (live) => (live.metadata.labels.app = 'other')],
  ['a label we lost', (live) => delete live.metadata.labels.app],
  ['a field of our list item', (live) => (live.spec.ports[0].name = 'web')],
  ['our list item', (live) => live.spec.ports.shift()],
  ['our value in a set', (live) => live.spec.finalizers.pop()],
  ['something inside what is ours as a whole', (live) => (live.spec.selector.tier = 'back')],
  ['an item by its place', (live) => (live.spec.rows[1] = 'c')],
])('a change of %s is seen', (_, change) => {
  expect(changed(change)).not.toBe(before);
});

test.each<[string, (live: Live) => void]>([
  ['resource version', (live) => (live.metadata.resourceVersion = '2')],
  ['replicas', (live) => (live.spec.replicas = 5)],
  ['labels', (live) => (live.metadata.labels.added = 'here')],
  ['fields of our list item', (live) => (live.spec.ports[0].nodePort = 30001)],
  ['list items', (live) => live.spec.ports.unshift({ name: 'admin', port: 81, protocol: 'TCP' })],
  ['values of a set', (live) => live.spec.finalizers.unshift('more')],
  ['other places of a list', (live) => (live.spec.rows[0] = 'c')],
])("a change of others' %s is not", (_, change) => {
  expect(changed(change)).toBe(before);
});

test('losing a field is seen even where its value stays', () => {
  const { 'f:metadata': _, ...rest } = owned;
  expect(projectionDigest(object(), rest)).not.toBe(before);
});

test('what others add anywhere, and the order of fields, make no difference', () => {
  const foreign = fc.dictionary(
    fc.string().filter((key) => !['a', 'b', '__proto__'].includes(key)),
    fc.jsonValue(),
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), foreign, foreign, (a, b, beside, below) => {
      const fields: FieldSet = { 'f:a': {}, 'f:b': { 'f:a': {} } };
      const live = { a, b: { a: b } };
      expect(projectionDigest({ ...beside, b: { ...below, a: b }, a }, fields)).toBe(projectionDigest(live, fields));
    }),
  );
});
