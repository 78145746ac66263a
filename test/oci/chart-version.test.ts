import { highestVersion, isExactVersion, isVersionRange } from '../../src/oci/chart-version';

const highest = (range: string, versions: string) =>
  highestVersion(
    range,
    versions.split(' ').map((version) => ({ version })),
  )?.version;

// As Flux's source-controller (ChartRepository.getChartVersion) and Helm take them.
test.each([
  ['', '1.0.0 1.2.0 1.3.0-rc.1', '1.2.0'],
  ['*', '1.0.0 1.2.0 1.3.0-rc.1', '1.2.0'],
  ['*', '1.0.0-rc.1', undefined],
  ['>=1.0.0-0', '1.0.0 1.2.0 1.3.0-rc.1', '1.3.0-rc.1'],
  ['1.2.3', '1.2.3 1.2.4', '1.2.3'],
  ['1.2.3', '1.2.4 v1.2.3', 'v1.2.3'],
  ['v1.2.3', '1.2.3 1.2.4', '1.2.3'],
  ['1.2', '1.2.0 1.2.9 1.3.0', '1.2.9'],
  ['1.2.3-rc.1', '1.2.3-rc.1 1.2.3', '1.2.3-rc.1'],
  ['1.2.3+b', '1.2.3+a 1.2.3+b', '1.2.3+b'],
  ['>=6.2.1 <7', '6.2.0 6.9.9 7.0.0', '6.9.9'],
  ['~1.4 || ^2', '1.4.9 2.1.0 3.0.0', '2.1.0'],
  ['latest', 'latest 1.0.0', 'latest'],
  ['latest', '1.0.0', undefined],
  ['*', '1.0 20240105 1.0.0.0', undefined],
])('%j of %s is %s', (range, versions, expected) => {
  expect(highest(range, versions)).toBe(expected);
});

test('of versions that differ in build metadata, the one created last', () => {
  const release = (build: string, created: string) => ({ version: `1.0.0+${build}`, created });
  const releases = [release('a', '2024-01-01T00:00:00Z'), release('b', '2024-03-01T00:00:00Z'), release('c', '2024-02-01T00:00:00Z')];
  expect(highestVersion('1.x', releases)?.version).toBe('1.0.0+b');
});

test('which are versions, which ranges', () => {
  expect(['1.2.3', 'v1.2.3', '1.2.3-rc.1+b', '1.2', '*', '', 'x y'].map(isExactVersion)).toEqual([true, true, true, false, false, false, false]);
  expect(['1.2.3', '1.2', '*', '', '>=1 <2', 'x y', 'latest'].map(isVersionRange)).toEqual([true, true, true, true, true, false, false]);
});
