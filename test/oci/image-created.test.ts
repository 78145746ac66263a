import { createdOf } from '../../src/oci/image-created';

const KEY = 'org.opencontainers.image.created';
const OLD_KEY = 'org.label-schema.build-date';
const time = (day: number) => `2024-03-0${day}T10:00:00Z`;

test.each([
  ['the config comes first', { created: time(1), labels: { [KEY]: time(2) }, annotations: [{ [KEY]: time(3) }] }, time(1)],
  ['then a label', { created: '1970-01-01T00:00:00Z', labels: { [KEY]: time(2) }, annotations: [{ [KEY]: time(3) }] }, time(2)],
  ['then an annotation of the manifest', { annotations: [{ [KEY]: time(3) }, { [KEY]: time(4) }] }, time(3)],
  ['then one of the index', { annotations: [null, { [KEY]: time(4) }] }, time(4)],
  ['then the older label', { labels: { [OLD_KEY]: time(5) }, annotations: [undefined] }, time(5)],
  ['an annotation comes before the older label', { labels: { [OLD_KEY]: time(5) }, annotations: [{ [KEY]: time(3) }] }, time(3)],
])('%s', (_, marks, expected) => expect(createdOf(marks)).toEqual(new Date(expected)));

test.each([
  undefined,
  null,
  '',
  'yesterday',
  5,
  '2024',
  '0001-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '1970-01-01T00:00:01Z',
  '1980-01-01T00:00:01Z',
  '2024-13-45T10:00:00Z',
])('%j is no time of a build', (created) => expect(createdOf({ created, labels: null, annotations: [] })).toBeUndefined());

test.each([
  ['2024-03-01T10:00:00.123456789Z', '2024-03-01T10:00:00.123Z'],
  ['2024-03-01T10:00:00+02:00', '2024-03-01T08:00:00Z'],
  ['2024-03-01 10:00:00+00:00', '2024-03-01T10:00:00Z'],
])('%s is read', (created, expected) => expect(createdOf({ created, annotations: [] })).toEqual(new Date(expected)));
