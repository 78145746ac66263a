import { movingTagsChange, movingTagsOf } from '../../../src/agent/image/image-repository-moving-tags';
import { exclusionsOf, filterOf, foundTags, latestTags } from '../../../src/agent/image/image-repository-tags';
import type { ImageRepository, ImageRepositorySpec } from '../../../src/agent/image/types';
import { withOutcome } from '../source/fake-runtime';

const repository = (spec: Partial<ImageRepositorySpec> = {}): ImageRepository => ({
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImageRepository',
  metadata: { name: 'podinfo', namespace: 'flux-system', generation: 1 },
  spec: { image: 'podinfo', interval: '1m', ...spec },
});

test('order and checksum are those of image-reflector-controller 1.2.4', () => {
  expect(foundTags(['a', 'c', 'b', 'a'], () => true)).toEqual({
    tags: ['c', 'b', 'a'],
    // printf 'c\nb\na\n' | sha256sum
    revision: 'sha256:c9b229f2c05e42bb33939df423372b9fdfbede6177e9eed7f2b2d50fc70a1712',
  });
});

test('signatures are left out unless the repository says otherwise', () => {
  const keeps = filterOf(exclusionsOf(repository()));
  expect(['1.0', 'sha256-ab.sig'].filter(keeps)).toEqual(['1.0']);
  expect(exclusionsOf(repository({ exclusionList: [] }))).toEqual(exclusionsOf(repository()));
  expect(['1.0', 'tmp-1', 'x.sig'].filter(filterOf(exclusionsOf(repository({ exclusionList: ['^tmp'] }))))).toEqual(['1.0', 'x.sig']);
});

test('an exclusion that is no expression of RE2 is refused', () => {
  expect(() => filterOf(['^((?!tmp).)*$'])).toThrow(/FL1150: spec\.exclusionList cannot be used/);
});

test('the status shows ten tags at most, and none where there are none', () => {
  const tags = Array.from({ length: 30 }, (_, index) => `t${index + 10}`);
  expect(latestTags(foundTags(tags, () => true))).toEqual(['t39', 't38', 't37', 't36', 't35', 't34', 't33', 't32', 't31', 't30']);
  expect(latestTags(foundTags([], () => true))).toBeUndefined();
});

test('tags that moved are read back from the status, as many as fit', () => {
  const after = (tags: readonly string[]) =>
    movingTagsOf(withOutcome(repository(), { type: 'ready', reason: 'Succeeded', message: '', change: movingTagsChange(tags) }));
  expect(after(['master', 'latest'])).toEqual(['latest', 'master']);
  expect(after([])).toEqual([]);
  expect(after(Array.from({ length: 500 }, (_, index) => `t${index}`))).toHaveLength(200);
});
