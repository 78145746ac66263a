import fc from 'fast-check';
import { comparePreviews } from '../../../../src/cli/diff/compare/compare-previews';
import { errors } from '../../../../src/common/errors';
import type { Preview } from '../../../../src/preview/types';
import { cluster, configMap, layer, preview, release } from '../preview';

const told = (before: Preview, after: Preview) =>
  comparePreviews(before, after).objects.map(({ change, id, place, movedFrom }) =>
    [change, `${place.layer}${place.release ? `/${place.release.name}` : ''}`, id.name, ...(movedFrom ? [`from ${movedFrom.layer}`] : [])].join(' '),
  );

test('objects that come, go and change are told by where they are', () => {
  const before = preview(cluster('gke', [layer('dev', [configMap('a', { x: '1' }), configMap('b', {}), configMap('same', { x: '1' })])]));
  const after = preview(cluster('gke', [layer('dev', [configMap('a', { x: '2' }), configMap('c', {}), configMap('same', { x: '1' })])]));
  expect(told(before, after)).toEqual(['changed dev a', 'removed dev b', 'added dev c']);
});

test('an object that another layer gives has moved, whatever else of it changed', () => {
  const before = preview(cluster('gke', [layer('apps', [configMap('a', { x: '1' })]), layer('infra', [])]));
  const after = preview(cluster('gke', [layer('apps', []), layer('infra', [configMap('a', { x: '2' })])]));
  expect(told(before, after)).toEqual(['moved infra a from apps']);
});

test('an object that a release gives from now on has moved', () => {
  const before = preview(cluster('gke', [layer('dev', [configMap('a', {})])]));
  const after = preview(cluster('gke', [layer('dev', [], { releases: [release('web', [configMap('a', {})])] })]));
  expect(told(before, after)).toEqual(['moved dev/web a from dev']);
});

test('objects of one name in two clusters are two', () => {
  const before = preview(cluster('a', [layer('dev', [configMap('x', {})])]), cluster('b', [layer('dev', [])]));
  const after = preview(cluster('a', [layer('dev', [])]), cluster('b', [layer('dev', [configMap('x', {})])]));
  expect(told(before, after)).toEqual(['removed dev x', 'added dev x']);
});

test('another version of a kind is the same object', () => {
  const of = (apiVersion: string) =>
    preview(cluster('gke', [layer('dev', [{ apiVersion, kind: 'Widget', metadata: { name: 'w', namespace: 'dev' } }])]));
  expect(told(of('acme.io/v1beta1'), of('acme.io/v1'))).toEqual(['changed dev w']);
});

test('the order of keys is no difference', () => {
  const before = preview(cluster('gke', [layer('dev', [configMap('a', { x: '1', y: '2' })])]));
  const after = preview(cluster('gke', [layer('dev', [configMap('a', { y: '2', x: '1' })])]));
  expect(told(before, after)).toEqual([]);
});

test('of two objects of one identity one may go, and the object stays', () => {
  const both = preview(cluster('gke', [layer('one', [configMap('a', { x: '1' })]), layer('two', [configMap('a', { x: '2' })])]));
  const one = preview(cluster('gke', [layer('one', []), layer('two', [configMap('a', { x: '2' })])]));
  expect(told(both, both)).toEqual([]);
  expect(told(both, one)).toEqual(['moved two a from one']);
});

test('releases of equal inputs are not looked into', () => {
  const of = (x: string) => preview(cluster('gke', [layer('dev', [], { releases: [release('web', [configMap('a', { x })], { inputs: 'same' })] })]));
  const { objects, releases } = comparePreviews(of('1'), of('2'));
  expect([objects, releases]).toEqual([[], []]);
});

test('a release that renders to something else is among the releases', () => {
  const of = (x: string) => preview(cluster('gke', [layer('dev', [], { releases: [release('web', [configMap('a', { x })], { inputs: x })] })]));
  expect(comparePreviews(of('1'), of('2')).releases).toHaveLength(1);
});

test('hooks are compared with hooks', () => {
  const of = (hooks: string[]) =>
    preview(
      cluster('gke', [
        layer('dev', [], {
          releases: [
            release('web', [], {
              hooks: hooks.map((x) => ({
                id: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'a' },
                object: configMap('a', { x }),
                file: 'f',
                document: 1,
              })),
            }),
          ],
        }),
      ]),
    );
  const [change] = comparePreviews(of(['1']), of(['2'])).objects;
  expect(change).toMatchObject({ change: 'changed', isHook: true });
});

const objects = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), layer: fc.constantFrom('one', 'two'), x: fc.constantFrom('1', '2') }),
  {
    selector: ({ name }) => name,
  },
);
const previews = objects.map((list) =>
  preview(
    cluster(
      'gke',
      ['one', 'two'].map((name) =>
        layer(
          name,
          list.filter((one) => one.layer === name).map((one) => configMap(one.name, { x: one.x })),
        ),
      ),
    ),
  ),
);

test('nothing differs from itself, and what comes one way goes the other', () => {
  const opposite = { added: 'removed', removed: 'added', changed: 'changed', moved: 'moved' } as const;
  fc.assert(
    fc.property(previews, previews, (one, other) => {
      expect(comparePreviews(one, one).objects).toEqual([]);
      const there = comparePreviews(one, other).objects.map(({ change, id }) => `${opposite[change]} ${id.name}`);
      const back = comparePreviews(other, one).objects.map(({ change, id }) => `${change} ${id.name}`);
      expect(there.sort()).toEqual(back.sort());
    }),
  );
});

test('nothing of a release goes that does not render, and nothing of a layer that cannot be built', () => {
  const problem = errors.ReleaseNotPreviewed({ release: 'dev/web', reason: 'no luck' });
  const before = preview(cluster('gke', [layer('dev', [configMap('b', {})], { releases: [release('web', [configMap('a', {})])] })]));
  const after = preview(cluster('gke', [layer('dev', [], { problems: [problem], releases: [release('web', [], { problem })] })]));
  expect(told(before, after)).toEqual([]);
  expect(comparePreviews(before, after).releases).toHaveLength(1);
});

test('of a folder that nobody applies goes what is deleted, whatever could not be read before either', () => {
  const broken = errors.DocumentUnreadable({ at: 'a/kustomization.yaml', reason: 'a base is not fetched' });
  const bare = (objects: Parameters<typeof layer>[1], problems: (typeof broken)[]) =>
    preview(cluster('gke', [layer('.', objects, { problems, kustomization: undefined })]));
  expect(told(bare([configMap('a', {})], [broken]), bare([], [broken]))).toEqual(['removed . a']);
  expect(told(bare([configMap('a', {})], []), bare([], [broken]))).toEqual([]);
});
