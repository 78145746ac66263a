import { cacheFolder, toolPath } from '../../src/testbed/cache-folder';

test.each([
  [{ FAIRLEAD_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
  [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/fairlead'],
  [{ FAIRLEAD_CACHE: '', XDG_CACHE_HOME: '' }, expect.stringMatching(/\/\.cache\/fairlead$/)],
])('%j', (env, folder) => {
  expect(cacheFolder(env)).toEqual(folder);
});

test('another version of a tool is another file', () => {
  expect(toolPath('kustomize', '/c')).toBe('/c/tools/kustomize/v5.8.1/kustomize');
});
