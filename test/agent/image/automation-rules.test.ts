import type { GitSpec, ImageUpdateAutomation } from '../../../src/agent/image/automation';
import { choicesOf, sameChoices } from '../../../src/agent/image/automation-policies';
import { isSelected, selectorProblem } from '../../../src/agent/image/automation-selector';
import { refspecPush, targetOf } from '../../../src/agent/image/automation-target';
import type { ImagePolicy } from '../../../src/agent/image/types';
import type { GitRepository } from '../../../src/agent/source/git-repository';
import type { VersionRef } from '../../../src/model/version-ref';

const commit = { author: { email: 'bot@example.com' } };

function automation(spec: Partial<ImageUpdateAutomation['spec']> = {}, annotations: Record<string, string> = {}): ImageUpdateAutomation {
  return {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImageUpdateAutomation',
    metadata: { namespace: 'ns', name: 'dev', annotations },
    spec: { interval: '1m', sourceRef: { kind: 'GitRepository', name: 'repo' }, git: { commit }, ...spec },
  };
}

function repository(ref?: object): GitRepository {
  const spec = { url: 'https://example.com/r', interval: '1m', ...(ref ? { ref } : {}) };
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { namespace: 'ns', name: 'repo' }, spec };
}

function policy(name: string, tag: string | undefined, labels: Record<string, string> = {}, namespace = 'ns'): ImagePolicy {
  return {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImagePolicy',
    metadata: { namespace, name, labels },
    spec: { imageRepositoryRef: { name }, policy: {} },
    ...(tag === undefined ? {} : { status: { latestRef: { name: 'acme/web', tag } } }),
  };
}

describe('policies of an automation', () => {
  const label = 'fairlead.dev/automation';

  test('are those of its namespace that have chosen and that its selector takes', () => {
    const policies = [
      policy('a', '1', { team: 'x' }),
      policy('b', '1'),
      policy('c', undefined, { team: 'x' }),
      policy('d', '1', { team: 'x' }, 'other'),
    ];
    const { direct, observed } = choicesOf(automation({ policySelector: { matchLabels: { team: 'x' } } }), policies);
    expect([...direct.keys()]).toEqual(['ns:a']);
    expect(observed).toEqual({ a: { name: 'acme/web', tag: '1' } });
    expect([...choicesOf(automation(), policies).direct.keys()]).toEqual(['ns:a', 'ns:b']);
  });

  test('whose values are derived are never edited in output, whatever the selector', () => {
    const policies = [
      policy('a', '1', { [label]: 'dev.derived' }),
      policy('b', '1', { [label]: 'prod.derived' }),
      policy('c', '1', { [label]: 'dev' }),
    ];
    const { direct, derived, observed } = choicesOf(automation(), policies);
    expect([[...direct.keys()], [...derived.keys()], Object.keys(observed)]).toEqual([['ns:c'], ['ns:a'], ['a', 'c']]);
  });

  test('are as observed until a tag, a digest or one of them is another', () => {
    const one = { a: { name: 'n', tag: '1' } };
    expect(sameChoices({ a: { name: 'n', tag: '1', digest: '' } }, one)).toBe(true);
    expect(sameChoices(undefined, {})).toBe(true);
    const others: readonly (Record<string, VersionRef> | undefined)[] = [
      undefined,
      {},
      { b: one.a },
      { ...one, b: one.a },
      { a: { ...one.a, tag: '2' } },
      { a: { ...one.a, digest: 'sha256:0' } },
    ];
    for (const other of others) expect(sameChoices(other, one)).toBe(false);
  });
});

test.each([
  [{ matchLabels: { a: '1' } }, { a: '1', b: '2' }, true],
  [{ matchLabels: { a: '1' } }, { a: '2' }, false],
  [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, { a: '2' }, true],
  [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }] }, {}, false],
  [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
  [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, { a: '1' }, false],
  [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
  [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
  [{}, {}, true],
])('selector %j on %j: %s', (selector, labels, expected) => {
  expect(selectorProblem(selector)).toBeUndefined();
  expect(isSelected(labels as Record<string, string>, selector)).toBe(expected);
});

test.each([[{ key: 'a', operator: 'Like', values: ['1'] }], [{ key: 'a', operator: 'In' }], [{ key: 'a', operator: 'Exists', values: ['1'] }]])(
  'a selector with %j is refused',
  (requirement) => expect(selectorProblem({ matchExpressions: [requirement] })).toBeDefined(),
);

describe('the target', () => {
  const target = (git: Partial<GitSpec>, ref?: object, more: object = {}, annotations = {}) =>
    targetOf(automation({ git: { commit, ...git }, ...more }, annotations), repository(ref));

  test.each<[string, Partial<GitSpec>, object | undefined, object]>([
    ['the branch of the GitRepository', {}, { branch: 'main' }, { branch: 'main', switchesBranch: false, followsSource: true }],
    ['as Flux, master', {}, undefined, { branch: 'master', switchesBranch: false, followsSource: true }],
    ['the branch checked out', { checkout: { ref: { branch: 'dev' } } }, { branch: 'main' }, { branch: 'dev', followsSource: false }],
    ['the same, said twice', { checkout: { ref: { branch: 'main' } } }, { branch: 'main' }, { branch: 'main', followsSource: true }],
    ['another branch', { push: { branch: 'auto' } }, { branch: 'main' }, { branch: 'auto', switchesBranch: true }],
    ['a branch for a tag', { push: { branch: 'auto' } }, { tag: 'v1' }, { branch: 'auto', switchesBranch: true }],
    ['a branch by its full name', { push: { branch: 'main' } }, { name: 'refs/heads/main' }, { branch: 'main', switchesBranch: false }],
  ])('is %s', (_name, git, ref, expected) => expect(target(git, ref)).toMatchObject(expected));

  test.each<[Partial<GitSpec>, object | undefined]>([
    [{}, { tag: 'v1' }],
    [{ push: { branch: '-x' } }, { branch: 'main' }],
    [{ push: { refspec: '+a:b' } }, { branch: 'main' }],
    [{ push: { refspec: ':b' } }, { branch: 'main' }],
    [{ push: { refspec: 'refs/heads/*:refs/heads/*' } }, { branch: 'main' }],
    [{ checkout: { ref: { branch: 'a b' } } }, { branch: 'main' }],
  ])('is refused for %j of %j', (git, ref) => expect(target(git, ref)).toMatchObject({ reason: 'InvalidSourceConfiguration' }));

  test('keeps to its folders', () => {
    const update = { path: './clusters/dev/' };
    expect(target({}, { branch: 'main' }, { update })).toMatchObject({ paths: ['clusters/dev'], base: 'clusters/dev' });
    expect(target({}, { branch: 'main' }, { update: { path: '../..' } })).toMatchObject({ paths: [''] });
    const ours = { 'fairlead.dev/update-paths': 'dist/dev, locks/dev' };
    expect(target({}, { branch: 'main' }, {}, ours)).toMatchObject({ paths: ['dist/dev', 'locks/dev'], base: '' });
  });

  test('needs a Git spec and a strategy that is known', () => {
    expect(targetOf(automation({ git: undefined }), repository())).toMatchObject({ reason: 'InvalidSourceConfiguration' });
    expect(target({}, undefined, { update: { strategy: 'Other' } })).toMatchObject({ reason: 'InvalidUpdateStrategy' });
  });
});

test.each([
  ['HEAD:refs/for/main', 'refs/for/main'],
  ['refs/heads/main:refs/heads/auto', 'refs/heads/auto'],
  ['main:auto', 'refs/heads/auto'],
  ['refs/heads/x', 'refs/heads/x'],
])('refspec %s pushes the commit to %s', (refspec, to) => expect(refspecPush(refspec, 'c0ffee')).toEqual({ from: 'c0ffee', to }));
