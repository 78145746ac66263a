import { Authorization } from '../../src/oci/authorization';
import { openImageRegistry } from '../../src/oci/registry';
import { Transport } from '../../src/oci/transport';
import type { ImageRegistry } from '../../src/oci/types';
import { useBed } from '../support/bed';
import { deleteTag, moveTag, pushImage } from '../support/registry';

const bed = useBed({ controllers: false, scheduler: false, kwok: false, git: false, registry: true });
const transport = new Transport();
afterAll(() => transport.close());

const open = (repository: string): ImageRegistry => openImageRegistry(`${bed().registry}/${repository}`, {}, new Authorization(transport));
const created = new Date('2024-03-01T10:00:00Z');

test('what was pushed is found, with its digest and the time of its build', async () => {
  const digest = await pushImage(bed().registry, 'team/app', ['1.0.0', 'main'], { created });
  const images = open('team/app');
  expect(await images.tags()).toEqual(['1.0.0', 'main']);
  expect(await images.digest('main')).toBe(digest);
  expect(await images.info('1.0.0')).toEqual({ digest, created });
});

test.each([
  ['an index', { created, index: {} }],
  ['an index of Docker', { created, index: { platforms: ['windows/amd64'] }, docker: true }],
  ['an image of Docker', { created, docker: true }],
  ['a label', { created: null, labels: { 'org.opencontainers.image.created': created.toISOString() } }],
  ['an annotation', { created: '1970-01-01T00:00:00Z', annotations: { 'org.opencontainers.image.created': created.toISOString() } }],
  ['an annotation of the index', { created: null, index: { annotations: { 'org.opencontainers.image.created': created.toISOString() } } }],
])('the time of a build is found in %s', async (name, image) => {
  const digest = await pushImage(bed().registry, 'kinds', 'x', image);
  expect([name, await open('kinds').info('x')]).toEqual([name, { digest, created }]);
});

test('a tag that moves and a tag that goes are seen', async () => {
  const images = open('moving');
  const first = await pushImage(bed().registry, 'moving', ['1', 'main']);
  const second = await pushImage(bed().registry, 'moving', ['2', 'main']);
  expect(await images.digest('main')).toBe(second);
  await moveTag(bed().registry, 'moving', 'main', first);
  expect(await images.digest('main')).toBe(first);
  await deleteTag(bed().registry, 'moving', '2');
  expect([await images.tags(), await images.info('2'), await images.digest('2')]).toEqual([['1', 'main'], undefined, undefined]);
});

test('more tags than fit on a page are all found', async () => {
  const tags = Array.from({ length: 2300 }, (_, index) => `v${10_000 + index}`);
  await pushImage(bed().registry, 'many', tags);
  expect(await open('many').tags()).toEqual(tags);
});

test('a repository that is not there is an error', async () => {
  await expect(open('nowhere/app').tags()).rejects.toThrow(`there is no repository ${bed().registry}/nowhere/app`);
});
