import { releaseTarget, shortenName } from '../../src/objects/release-target';

/** Flux's own vectors. */
test.each([
  ['release-name', 'release-name'],
  ['release-name-with-very-long-name-which-is-longer-than-53-characters', 'release-name-with-very-long-name-which-i-788ca0d0d7b0'],
  ['another-release-name-with-very-long-name-which-is-longer-than-53-characters', 'another-release-name-with-very-long-name-7e72150d5a36'],
])('%s is shortened as Flux does', (name, expected) => {
  expect(shortenName(name)).toBe(expected);
});

test.each([
  ['nothing given', {}, { name: 'web', namespace: 'dev', storageNamespace: 'dev' }],
  ['a target namespace', { targetNamespace: 'apps' }, { name: 'apps-web', namespace: 'apps', storageNamespace: 'dev' }],
  ['a release name', { releaseName: 'shop', targetNamespace: 'apps' }, { name: 'shop', namespace: 'apps', storageNamespace: 'dev' }],
  ['a storage namespace', { storageNamespace: 'helm' }, { name: 'web', namespace: 'dev', storageNamespace: 'helm' }],
])('with %s', (_, spec, expected) => {
  expect(releaseTarget({ metadata: { name: 'web', namespace: 'dev' }, spec: { interval: '1m', ...spec } })).toEqual(expected);
});
