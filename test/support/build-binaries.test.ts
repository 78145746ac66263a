import { isInRun } from './build-binaries';

const file = '/repo/test/testbed/test-bed.bed.test.ts';
const run = (...patterns: string[]) => ({ rootDir: '/repo', testPathPatterns: { patterns } });
const ignoring = (...testPathIgnorePatterns: string[]) => ({ testPathIgnorePatterns });

test.each([
  ['the whole suite', run(), ignoring('/node_modules/'), true],
  ['its folder', run('test/kube', 'test/testbed'), ignoring(), true],
  ['other tests', run('test/kube'), ignoring(), false],
  ['unit tests only', run(), ignoring('[.](bed|process)[.]test'), false],
  ['tests of the command line', run('[.]process[.]test'), ignoring(), false],
])('a bed test is or is not in the run of %s', (_, globalConfig, projectConfig, expected) => {
  expect(isInRun(file, globalConfig, projectConfig)).toBe(expected);
});
