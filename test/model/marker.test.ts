import { type Marker, markedValue, parseMarker, printMarker } from '../../src/model/marker';

test.each<[Marker, string]>([
  [{ policy: 'flux-system:podinfo' }, '{"$imagepolicy": "flux-system:podinfo"}'],
  [{ policy: 'flux-system:podinfo', part: 'tag' }, '{"$imagepolicy": "flux-system:podinfo:tag"}'],
])('%j is written %s, and reads back', (marker, comment) => {
  expect(printMarker(marker)).toBe(comment);
  expect(parseMarker(` ${comment}`)).toEqual(marker);
});

test.each([
  '',
  'text',
  '{"$imagepolicy": "podinfo"}',
  '{"$imagepolicy": ":a"}',
  '{"$imagepolicy": "a:b:c"}',
  '{"$imagepolicy": null}',
  '["$imagepolicy"]',
  '"$imagepolicy"',
  `{"note": "${'x'.repeat(4096)}", "$imagepolicy": "a:b"}`,
])('%j is no marker', (comment) => expect(parseMarker(comment)).toBeUndefined());

test('a marked scalar holds the reference, or the part its marker names', () => {
  const ref = { name: 'a/b', tag: '1' };
  const value = (part?: Marker['part']) => markedValue(part ? { policy: 'x:y', part } : { policy: 'x:y' }, ref);
  expect([value(), value('name'), value('tag'), value('digest')]).toEqual(['a/b:1', 'a/b', '1', '']);
});
