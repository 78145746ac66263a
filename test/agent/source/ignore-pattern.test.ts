import { isExcluded, parseIgnore } from '../../../src/agent/source/ignore-pattern';

// Expectations are those of Flux's own matcher.
test.each([
  ['*.png', 'a.png deep/a.png', 'a.jpg'],
  ['ci/', 'ci/a deep/ci/a.yaml', 'ci'],
  ['/ci', 'ci ci/a', 'deep/ci'],
  ['a/b', 'a/b a/b/c', 'x/a/b a'],
  ['**/b', 'b a/b a/x/b', 'a/c'],
  ['a/**', 'a/b a/b/c', 'b/a'],
  ['a/**/z', 'a/z a/x/z a/x/y/z', 'a/x'],
  ['?.yaml', 'a.yaml', 'ab.yaml'],
  ['[ab].yaml', 'a.yaml b.yaml', 'c.yaml'],
  ['[^ab].yaml', 'c.yaml', 'a.yaml'],
  ['\\*.yaml', '*.yaml', 'a.yaml'],
  ['v.yaml', 'v.yaml', 'vxyaml'],
  ['[', '', '['],
])('%s', (pattern, excluded, kept) => {
  const patterns = parseIgnore(pattern);
  for (const path of excluded.split(' ').filter(Boolean)) expect([path, isExcluded(path, patterns)]).toEqual([path, true]);
  for (const path of kept.split(' ')) expect([path, isExcluded(path, patterns)]).toEqual([path, false]);
});

test('the last pattern that matches decides, also inside an excluded folder', () => {
  const patterns = parseIgnore('# comment\n\n/*\n!/deploy\n/deploy/secret.yaml\n');
  expect(['a.yaml', 'deploy/a.yaml', 'deploy/secret.yaml'].map((path) => isExcluded(path, patterns))).toEqual([true, false, true]);
});

test('a file in a folder speaks of that folder alone', () => {
  const patterns = parseIgnore('a.yaml', ['deep']);
  expect(['a.yaml', 'deep/a.yaml'].map((path) => isExcluded(path, patterns))).toEqual([false, true]);
});
