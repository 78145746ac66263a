import type { Manifest } from '../../src/validate/manifest';
import { UpgradedReleases } from '../../src/validate/upgraded-releases';

const made = (apiVersion: string, name: string, release = 'dev/web'): Manifest => ({
  object: { apiVersion, kind: 'Budget', metadata: { name, namespace: 'dev' } },
  file: 'a.yaml',
  document: 1,
  release: { name: release },
});

test('an object stays where its release makes it of the same API, and what is made there alone is new', () => {
  const [kept, changed] = [made('a/v1', 'kept'), made('a/v1beta1', 'changed')];
  const upgraded = new UpgradedReleases(new Map([['dev/web', [kept, made('a/v1', 'changed')]]]));
  expect([kept, changed].map((one) => upgraded.keeps(one))).toEqual([true, false]);
  expect(upgraded.added([kept, changed])).toEqual([made('a/v1', 'changed')]);
});

test('what other releases make, and what no chart makes, stays as it is', () => {
  const upgraded = new UpgradedReleases(new Map([['dev/web', [made('a/v1', 'kept')]]]));
  const { release, ...written } = made('a/v1', 'written');
  const other = made('a/v1', 'kept', 'dev/other');
  expect([written, other].map((one) => upgraded.keeps(one))).toEqual([true, true]);
  expect(upgraded.added([written, other])).toEqual([made('a/v1', 'kept')]);
  expect([new UpgradedReleases().keeps(other), new UpgradedReleases().added([other])]).toEqual([true, []]);
});
