import { isAuthorized, isRepositoryName, routeGit } from '../../src/testbed/git-route';

test.each([
  ['GET', '/apps.git/info/refs?service=git-upload-pack', { repository: 'apps.git', path: '/info/refs', query: 'service=git-upload-pack' }],
  [
    'GET',
    '/acme/apps.git/info/refs?service=git-receive-pack',
    { repository: 'acme/apps.git', path: '/info/refs', query: 'service=git-receive-pack' },
  ],
  ['POST', '/apps.git/git-upload-pack', { repository: 'apps.git', path: '/git-upload-pack', query: '' }],
  ['POST', '/apps.git/git-receive-pack', { repository: 'apps.git', path: '/git-receive-pack', query: '' }],
])('%s %s is served', (method, url, expected) => {
  expect(routeGit(method, url)).toEqual(expected);
});

test.each([
  ['GET', '/apps.git/info/refs'], // the dumb protocol
  ['GET', '/apps.git/HEAD'],
  ['GET', '/apps.git/config'],
  ['GET', '/apps.git/git-upload-pack'],
  ['POST', '/apps.git/info/refs?service=git-upload-pack'],
  ['GET', '/apps.git/info/refs?service=git-shell'],
  ['POST', '/../apps.git/git-upload-pack'],
  ['POST', '/a/../../apps.git/git-upload-pack'],
  ['POST', '/%2e%2e/apps.git/git-upload-pack'],
  ['POST', '/apps/git-upload-pack'],
])('%s %s is not', (method, url) => {
  expect(routeGit(method, url)).toBeUndefined();
});

test.each([
  ['apps', true],
  ['acme/apps-1.x', true],
  ['', false],
  ['apps.git', false],
  ['../apps', false],
  ['/apps', false],
  ['-/.hidden', false],
])('repository name %j: %j', (name, allowed) => {
  expect(isRepositoryName(name)).toBe(allowed);
});

test('only the right credentials are let in', () => {
  const credentials = { username: 'git', password: 's3cret' };
  expect(isAuthorized('Basic Z2l0OnMzY3JldA==', credentials)).toBe(true);
  expect(isAuthorized('Basic Z2l0Ondyb25n', credentials)).toBe(false);
  expect(isAuthorized(undefined, credentials)).toBe(false);
});
