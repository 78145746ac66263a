import { comparePreviews } from '../../../src/cli/diff/compare/compare-previews';
import { reachOf } from '../../../src/cli/diff/reach';
import { targetBranch } from '../../../src/cli/diff/sides/target-branch';
import { errors } from '../../../src/common/errors';
import type { Preview } from '../../../src/preview/types';
import { cluster, configMap, layer, preview, release } from './preview';

const of = (x: string): Preview =>
  preview(
    cluster('dev', [layer('apps', [configMap('a', { x })])]),
    cluster('prd', [layer('apps', [configMap('a', { x })])], { branch: 'production' }),
    cluster('idle', [layer('apps', [configMap('a', {})])]),
  );

test('clusters that follow the branch change now, others later, and some not at all', () => {
  const [before, after] = [of('1'), of('2')];
  const reach = reachOf(comparePreviews(before, after), after, before, 'main');
  expect(reach).toEqual({
    branch: 'main',
    now: [{ cluster: 'dev', branch: 'main', layers: ['apps'], objects: 1 }],
    later: [{ cluster: 'prd', branch: 'production', layers: ['apps'], objects: 1 }],
    unchanged: ['idle'],
  });
});

test('a release that renders on neither side changes no cluster', () => {
  const problem = errors.ReleaseNotPreviewed({ release: 'dev/web', reason: 'no luck' });
  const both = preview(cluster('gke', [layer('dev', [], { releases: [release('web', [], { problem })] })]));
  expect(reachOf(comparePreviews(both, both), both, both, 'main').unchanged).toEqual(['gke']);
});

test.each<[string, Parameters<typeof targetBranch>[1], string | undefined]>([
  ['as somebody says', { asked: 'x', variables: { GITHUB_BASE_REF: 'main' }, ref: 'HEAD' }, 'x'],
  ['as a pull request says', { variables: { GITHUB_BASE_REF: 'release' }, ref: 'HEAD', current: 'main' }, 'release'],
  ['as a merge request says', { variables: { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'release' }, ref: 'HEAD' }, 'release'],
  ['what is compared with, where a cluster follows it', { variables: {}, ref: 'origin/production', current: 'main' }, 'production'],
  ['what is checked out', { variables: {}, ref: 'HEAD', current: 'production', remoteDefault: 'main' }, 'production'],
  ['what is usual, on a branch nobody follows', { variables: {}, ref: 'HEAD', current: 'feature', remoteDefault: 'main' }, 'main'],
  ['nothing, where nothing tells', { variables: {}, ref: 'HEAD', current: 'feature' }, undefined],
])('the branch a change goes to: %s', (_, hints, expected) => expect(targetBranch(of('1'), hints)).toBe(expected));
