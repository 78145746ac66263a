import { type LiveKustomization, layerOf } from '../../../src/cli/live/layers';
import { type Goal, namespaceOf, parseImage } from '../../../src/cli/wait/goal';
import { stuckLink } from '../../../src/cli/wait/stuck-link';
import type { KubeObject } from '../../../src/model/object';
import {
  COMMIT,
  deployment,
  gitRepository,
  inProgress,
  layer,
  NEXT,
  notReady,
  object,
  pod,
  RELEASE_ENTRY,
  REVISION,
  ready,
  release,
  replicaSet,
  suspended,
  UNAVAILABLE,
  waiting,
  worldWith,
} from '../live/live-objects';

const IMAGE = 'ghcr.io/acme/podinfo';
const GOAL: Goal = { environment: 'dev', release: 'podinfo', namespace: 'dev', startedAt: new Date('2026-11-21T11:59:30Z') };
const TAG: Goal = { ...GOAL, image: { tag: 'dev-2' } };

const repository = (scan: object = {}, status: object = ready()) =>
  object('ImageRepository', 'podinfo', {
    spec: { image: IMAGE, interval: '1m' },
    status: { ...status, lastScanResult: { tagCount: 1, scanTime: '2026-11-21T11:59:00Z', latestTags: ['dev-1'], ...scan } },
  });

const policy = (chosen: string, options: { readonly rule?: object; readonly spec?: object } = {}) =>
  object('ImagePolicy', 'gke-dev-podinfo', {
    metadata: {
      labels: { 'fairlead.dev/automation': 'gke-commit' },
      annotations: { 'fairlead.dev/image-rule': JSON.stringify(options.rule ?? { order: 'newest', filter: { glob: 'dev-*' } }) },
    },
    spec: { imageRepositoryRef: { name: 'podinfo' }, policy: {}, ...options.spec },
    status: { ...ready('dev-1 was built last'), latestRef: { name: IMAGE, tag: chosen } },
  });

const automation = (status: object = {}, spec: object = {}) =>
  object('ImageUpdateAutomation', 'gke-commit', {
    spec: {
      sourceRef: { kind: 'GitRepository', name: 'environments' },
      policySelector: { matchLabels: { 'fairlead.dev/automation': 'gke-commit' } },
      git: { commit: { author: { email: 'x@y' } }, checkout: { ref: { branch: 'main' } }, push: { branch: 'main' } },
      ...spec,
    },
    status: { ...ready('repository up-to-date; 1 policy'), observedPolicies: { 'gke-dev-podinfo': { name: IMAGE, tag: 'dev-1' } }, ...status },
  });

/** A cluster where all is well with `dev-1`, but for what is given: objects of the same kind and name take the place of the usual ones. */
function ask(goal: Goal, ...others: readonly KubeObject[]) {
  const usual = [
    gitRepository(),
    layer({ applied: [RELEASE_ENTRY] }),
    release(),
    deployment(),
    replicaSet(),
    repository(),
    policy('dev-1'),
    automation(),
  ];
  return stuckLink(goal, worldWith(...usual, ...others));
}

const committed = automation({
  observedPolicies: { 'gke-dev-podinfo': { name: IMAGE, tag: 'dev-2' } },
  lastPushCommit: NEXT,
  lastPushTime: '2026-11-21T11:59:50Z',
});
const fetched = gitRepository({ status: { ...ready(), artifact: { revision: `main@sha1:${NEXT}`, lastUpdateTime: '2026-11-21T11:59:52Z' } } });

test('what runs already is there', () => {
  expect(ask(GOAL)).toBeUndefined();
  expect(ask({ ...GOAL, release: undefined })).toBeUndefined();
  expect(ask({ ...GOAL, image: { tag: 'dev-1' } })).toBeUndefined();
  expect(ask({ ...GOAL, commit: COMMIT.slice(0, 7) })).toBeUndefined();
});

test('a tag that the policy never takes is told at once, with what it takes', () => {
  expect(ask({ ...GOAL, image: { tag: 'stg-1' } })).toMatchObject({
    step: 'chosen',
    says: 'ImagePolicy/flux-system/gke-dev-podinfo leaves stg-1 out: it takes what begins with dev-',
    isFinal: true,
  });
  const semver = policy('0.4.11', { rule: { order: 'semver', range: '~0.4', exclude: [{ glob: '*-rc*' }] } });
  expect(ask({ ...GOAL, image: { tag: '0.5.0' } }, semver)?.says).toContain("it takes what is a version in '~0.4', but not what contains -rc");
});

test('a tag that is behind the one that is chosen is told at once', () => {
  const semver = policy('0.4.11', { rule: { order: 'semver', range: '~0.4' } });
  expect(ask({ ...GOAL, image: { tag: '0.4.9' } }, semver)).toMatchObject({
    step: 'chosen',
    says: expect.stringContaining('keeps 0.4.11'),
    isFinal: true,
  });
});

test('not scanned: the registry was last looked at before the push', () => {
  expect(ask(TAG)).toMatchObject({
    step: 'scanned',
    says: expect.stringMatching(/^ghcr.io\/acme\/podinfo was last looked at \S+, which it is every 1m$/),
    isFinal: false,
  });
  expect(ask(TAG, repository({}, notReady('AuthenticationFailed', 'the registry refuses us')))).toMatchObject({
    step: 'scanned',
    says: 'the registry refuses us',
  });
  expect(ask(TAG, repository({ scanTime: '2026-11-21T11:59:45Z' }))).toMatchObject({
    step: 'scanned',
    says: expect.stringContaining('did not show dev-2'),
  });
});

test('scanned but not chosen: the policy says why', () => {
  expect(ask(TAG, repository({ latestTags: ['dev-1', 'dev-2'] }))).toMatchObject({
    step: 'chosen',
    says: expect.stringContaining('dev-1 was built last'),
  });
});

test('chosen but not committed: about to be, held, refused, suspended, or nobody does', () => {
  const chosen = policy('dev-2');
  expect(ask(TAG, chosen)).toMatchObject({ step: 'committed', says: expect.stringContaining('is about to commit it'), isFinal: false });
  expect(ask(TAG, chosen, automation(ready('repository up-to-date; 1 policy; held: gke-dev-podinfo')))).toMatchObject({
    step: 'committed',
    says: expect.stringContaining('held in its lock'),
    isFinal: true,
  });
  expect(ask(TAG, chosen, automation(notReady('GitOperationFailed', 'the push was refused: protected branch')))).toMatchObject({
    step: 'committed',
    says: expect.stringContaining('the push was refused: protected branch'),
  });
  expect(ask(TAG, chosen, suspended('ImageUpdateAutomation', 'flux-system', 'gke-commit'))).toMatchObject({
    step: 'committed',
    says: expect.stringContaining('is suspended by alice'),
    until: '2026-11-21T17:00:00Z',
  });
  expect(ask(TAG, chosen, automation({}, { policySelector: { matchLabels: { a: 'b' } } }))).toMatchObject({
    says: expect.stringContaining('no automation commits'),
  });
});

test('committed elsewhere: a pull request waits for somebody', () => {
  const elsewhere = automation(committed.status as object, { git: { checkout: { ref: { branch: 'main' } }, push: { branch: 'updates' } } });
  expect(ask(TAG, policy('dev-2'), elsewhere)).toMatchObject({ step: 'committed', says: 'it is on branch updates', remedy: 'merge it' });
});

test('committed but not fetched, fetched but not applied', () => {
  expect(ask(TAG, policy('dev-2'), committed)).toMatchObject({ step: 'fetched', says: expect.stringContaining('commit bbbbbbb is pushed') });
  expect(ask(TAG, policy('dev-2'), committed, fetched)).toMatchObject({ step: 'applied', says: 'Kustomization/flux-system/dev is at aaaaaaa' });
  const broken = layer({ applied: [RELEASE_ENTRY], status: notReady('BuildFailed', 'a.yaml line 3: not YAML') });
  expect(ask(TAG, policy('dev-2'), committed, fetched, broken)).toMatchObject({ step: 'applied', says: 'a.yaml line 3: not YAML' });
});

test('applied but not rolled out: the Pod says why, and what cannot heal is final', () => {
  const applied = release({ tag: 'dev-2', status: inProgress() });
  const rolling = deployment('dev-2', UNAVAILABLE);
  expect(ask(TAG, applied, rolling)).toMatchObject({ step: 'rolled out', isFinal: false });
  const gone = pod(waiting('ImagePullBackOff', 'manifest unknown'));
  expect(ask(TAG, applied, rolling, gone)).toMatchObject({
    step: 'rolled out',
    says: expect.stringContaining('there is none of that name and tag'),
    isFinal: true,
  });
  expect(ask(TAG, release({ tag: 'dev-2' }), deployment('dev-2'))).toBeUndefined();
});

test('a chart that cannot be rendered is final once it was tried as it is wanted now', () => {
  const failed = (observedGeneration: number) => ({
    conditions: [
      {
        ...{ type: 'Ready', status: 'False', reason: 'UpgradeFailed', observedGeneration, lastTransitionTime: '2026-11-21T11:59:30Z' },
        message:
          'FL4002: Helm upgrade failed for release dev/podinfo with chart podinfo@0.1.0: FL6011: the chart cannot be rendered: no port (correct the chart or the values; nothing in the cluster was changed)',
      },
    ],
  });
  expect(ask(GOAL, release({ status: failed(1) }))).toMatchObject({
    step: 'rolled out',
    says: expect.stringContaining('the chart cannot be rendered'),
    isFinal: true,
  });
  expect(ask(GOAL, release({ status: failed(1), metadata: { generation: 2 } }))).toMatchObject({ isFinal: false });
});

test('what was given up is given up for the generation it was said of', () => {
  const stalled = (observedGeneration: number) => ({
    conditions: ['Ready', 'Stalled'].map((type) => ({
      ...{ type, status: type === 'Ready' ? 'False' : 'True', reason: 'RetriesExceeded', message: 'no', observedGeneration },
    })),
  });
  expect(ask(GOAL, release({ status: stalled(1) }))).toMatchObject({ isFinal: true });
  expect(ask(GOAL, release({ status: stalled(1), metadata: { generation: 2 } }))).toMatchObject({ isFinal: false });
});

test('what an earlier commit made is no verdict on the one that is fetched', () => {
  const crashed = pod(waiting('ImagePullBackOff', 'manifest unknown'));
  const ill = (lastAttemptedRevision: string) =>
    layer({ applied: [RELEASE_ENTRY], status: { ...notReady('HealthCheckFailed', 'no'), lastAttemptedRevision, lastAppliedRevision: REVISION } });
  const others = [fetched, release({ status: inProgress() }), deployment('dev-1', UNAVAILABLE), crashed];
  expect(ask(GOAL, ...others, ill(REVISION))).toMatchObject({ step: 'applied', isFinal: false });
  expect(ask(GOAL, ...others, ill(`main@sha1:${NEXT}`))).toMatchObject({ step: 'applied', isFinal: true });
});

test('a release that is Ready with values that set another image is not taken for rolled out', () => {
  expect(ask(TAG, release({ tag: 'dev-2' }))).toMatchObject({
    step: 'rolled out',
    says: expect.stringContaining('is Ready and runs ghcr.io/acme/podinfo:dev-1'),
  });
});

test('a suspended release that has the tag in its values only waits for whoever suspended it', () => {
  const found = ask(TAG, release({ tag: 'dev-2' }), suspended('HelmRelease', 'dev', 'podinfo'));
  expect(found).toMatchObject({
    step: 'rolled out',
    says: expect.stringContaining('is suspended by alice'),
    until: '2026-11-21T17:00:00Z',
    isFinal: false,
  });
});

test('no policy: somebody has to commit it', () => {
  const other = repository();
  const foreign = { ...other, spec: { image: 'ghcr.io/acme/other', interval: '1m' } };
  expect(ask(TAG, foreign)).toMatchObject({ step: 'committed', says: 'no image policy chooses it, so somebody has to commit dev-2' });
});

test('a commit that is not there is waited for at the source; one that was applied before counts', () => {
  const goal = { ...GOAL, commit: NEXT };
  expect(ask(goal)).toMatchObject({ step: 'fetched', says: 'GitRepository/flux-system/environments is at main@aaaaaaa' });
  const history = [
    { firstReconciled: '', lastReconciled: '', lastReconciledStatus: 'ReconciliationSucceeded', metadata: { revision: `main@sha1:${NEXT}` } },
  ];
  expect(ask(goal, layer({ applied: [RELEASE_ENTRY], status: { history } }))).toBeUndefined();
});

test('a release that is not there is said to be absent', () => {
  expect(ask({ ...GOAL, release: 'nope' })).toMatchObject({
    step: 'applied',
    says: 'environment dev has no release or workload nope in namespace dev',
    remedy: 'correct the name, or give its namespace with -n; fairlead status shows all',
  });
  expect(ask({ ...GOAL, release: 'podnfo' })).toMatchObject({ remedy: 'did you mean dev/podinfo?' });
  expect(ask({ ...GOAL, environment: 'nope' })).toMatchObject({ says: 'there is no environment nope any more' });
});

test('an image is a tag, or a whole reference', () => {
  expect(parseImage('dev-1')).toEqual({ tag: 'dev-1' });
  expect(parseImage('localhost:5000/a/b:dev-1')).toEqual({ repository: 'localhost:5000/a/b', tag: 'dev-1' });
  expect(ask({ ...GOAL, image: parseImage(`${IMAGE}:dev-1`) })).toBeUndefined();
  expect(ask({ ...GOAL, image: parseImage('ghcr.io/acme/other:dev-1') })).toMatchObject({ step: expect.any(String) });
});

test('the namespace of a release is where it was applied, else that of the environment', () => {
  const applied = layerOf(layer({ applied: ['shop_web_helm.toolkit.fluxcd.io_HelmRelease', 'shop2_job_apps_Deployment'] }) as LiveKustomization);
  expect(namespaceOf(applied, 'web')).toBe('shop');
  expect(namespaceOf(applied, 'job')).toBe('shop2');
  expect(namespaceOf(applied, 'new')).toBe('dev');
});
