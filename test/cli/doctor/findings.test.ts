import { agentFindings } from '../../../src/cli/doctor/agent';
import { versionFinding } from '../../../src/cli/doctor/api-server';
import { bindingFindings } from '../../../src/cli/doctor/binding';
import { definitionFindings } from '../../../src/cli/doctor/definitions';
import { planFindings } from '../../../src/cli/doctor/deletion-plans';
import { environmentFindings } from '../../../src/cli/doctor/environments';
import { otherFindings } from '../../../src/cli/doctor/others';
import { pendingFindings } from '../../../src/cli/doctor/pending-releases';
import { sourceFindings } from '../../../src/cli/doctor/sources';
import { deletionFindings } from '../../../src/cli/doctor/stuck-deletions';
import { suspensionFindings } from '../../../src/cli/doctor/suspensions';
import { kinds } from '../../../src/model/kinds';
import {
  deployment,
  gitRepository,
  layer,
  NOW,
  notReady,
  object,
  pod,
  RELEASE_ENTRY,
  ready,
  release,
  replicaSet,
  suspended,
  UNAVAILABLE,
  waiting,
  worldWith,
} from '../live/live-objects';

const lease = (renewTime: string, holderIdentity = 'agent-1') => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'flux-system', name: 'kustomize-controller-leader-election' },
  spec: { holderIdentity, leaseDurationSeconds: 35, renewTime },
});

test.each([
  ['v1.36.3', '1.36', 'ok', 'answers, v1.36.3'],
  ['v1.36.3', undefined, 'ok', 'answers, v1.36.3'],
  ['v1.37.0', '1.36', 'warn', 'is v1.37.0, and the manifests are written for 1.36'],
  ['v1.35.9-gke.1', '1.36', 'fail', 'is v1.35.9-gke.1, and the manifests are written for 1.36'],
])('a server of version %s where manifests are written for %s: %s', (served, wanted, level, says) => {
  expect(versionFinding(served, wanted)).toMatchObject({ level, says });
});

test('definitions that are missing, or there in another version, are named', () => {
  const wanted = [kinds.Kustomization, kinds.HelmRelease];
  expect(definitionFindings(wanted, new Set(['kustomize.toolkit.fluxcd.io/v1/Kustomization', 'helm.toolkit.fluxcd.io/v2beta1/HelmRelease']))).toEqual(
    [{ level: 'fail', says: 'missing: HelmRelease; in another version: HelmRelease (as v2beta1)', remedy: expect.any(String) }],
  );
});

test('who leads is told by the lease, and that nobody does by its age', () => {
  const says = (renewTime: string, holder?: string) => agentFindings([], [], worldWith(lease(renewTime, holder)), NOW)[0];
  expect(says('2026-11-21T11:59:50.000000Z')).toMatchObject({ level: 'ok', says: expect.stringContaining('agent-1 leads') });
  expect(says('2026-11-21T11:00:00Z')).toMatchObject({ level: 'fail', says: 'nobody leads: agent-1 was last seen 60m ago' });
  expect(says('2026-11-21T11:59:59Z', '')).toMatchObject({ level: 'fail', says: expect.stringContaining('the last gave up') });
  expect(agentFindings([], [], worldWith(), NOW)[0]).toMatchObject({ level: 'fail', says: 'nobody leads: nobody ever did' });
  expect(agentFindings([], [], { ...worldWith(), unread: new Map([['Lease', 'forbidden']]) }, NOW)[0]).toMatchObject({ level: 'warn' });
});

test('a cluster that is another than its folder is for fails', () => {
  const root = layer({ metadata: { annotations: { 'fairlead.dev/cluster-uid': 'staging' } } });
  expect(bindingFindings(worldWith(root), 'production')).toMatchObject([
    { level: 'fail', says: expect.stringContaining('UID staging, and this one has production') },
  ]);
  expect(bindingFindings(worldWith(root), 'staging')).toMatchObject([{ level: 'ok' }]);
});

test('sources that fail are told with what stays in use', () => {
  const source = gitRepository({ status: { ...(gitRepository().status as object), ...notReady('GitOperationFailed', 'cannot reach it') } });
  expect(sourceFindings(worldWith(source))).toMatchObject([
    { level: 'warn', says: 'GitRepository/flux-system/environments: cannot reach it; main@aaaaaaa stays in use' },
  ]);
  expect(sourceFindings(worldWith(gitRepository({ status: notReady('x', 'cannot reach it') })))).toMatchObject([{ level: 'fail' }]);
});

test('environments that are not Ready are named, and why the first is not', () => {
  const world = worldWith(gitRepository(), layer(), release({ status: notReady('UpgradeFailed', 'the hook failed') }));
  expect(environmentFindings(world)).toMatchObject([{ level: 'warn', says: '1 of 1 are not Ready: dev; dev the hook failed' }]);
});

test('an environment whose Pods do not run is named with the Pod, though all is Ready', () => {
  const world = worldWith(
    gitRepository(),
    layer({ applied: [RELEASE_ENTRY] }),
    release(),
    deployment('dev-1', UNAVAILABLE),
    replicaSet(),
    pod(waiting('ErrImagePull', 'not found')),
  );
  expect(environmentFindings(world)).toMatchObject([
    { level: 'warn', says: expect.stringMatching(/^1 of 1 are not Ready: dev; dev waits for Deployment.*, where Pod.* cannot pull/) },
  ]);
});

test('images that cannot be looked for are a source that fails', () => {
  const failing = (more: object = {}) =>
    object('ImageRepository', 'podinfo', { status: { ...notReady('ReadOperationFailed', 'no such host'), ...more } });
  expect(sourceFindings(worldWith(failing()))).toMatchObject([{ level: 'fail', says: 'ImageRepository/flux-system/podinfo: no such host' }]);
  expect(sourceFindings(worldWith(failing({ lastScanResult: { scanTime: '2026-11-21T11:00:00Z' } })))).toMatchObject([{ level: 'warn' }]);
});

test('an agent that is scaled to nothing is said to be, with the command that brings it back', () => {
  const stopped = { ...deployment(), metadata: { namespace: 'flux-system', name: 'fairlead-agent' }, spec: { replicas: 0 } };
  const remedy = 'kubectl scale deployment fairlead-agent -n flux-system --replicas=1';
  expect(agentFindings([stopped], [], worldWith(lease('2026-11-21T11:59:59Z', '')), NOW)).toMatchObject([
    { level: 'fail', says: 'Deployment flux-system/fairlead-agent is scaled to 0', remedy },
    { level: 'fail', says: expect.stringContaining('nobody leads'), remedy },
  ]);
});

test('suspensions are told with who, until when and why; those of the spec with who set them', () => {
  const managedFields = [
    {
      manager: 'kubectl-patch',
      operation: 'Update' as const,
      apiVersion: 'v1',
      time: '2026-11-01T12:00:00Z',
      fieldsV1: { 'f:spec': { 'f:suspend': {} } },
    },
  ];
  const findings = suspensionFindings(
    worldWith(suspended('HelmRelease', 'dev', 'podinfo'), layer({ spec: { suspend: true }, metadata: { managedFields } })),
  );
  expect(findings.map(({ says }) => says)).toEqual([
    expect.stringMatching(/^HelmRelease\/dev\/podinfo is suspended by alice until .*: it loses orders$/),
    'Kustomization/flux-system/dev is suspended by spec.suspend, set by kubectl-patch 20d ago: is it forgotten?',
  ]);
});

test('a deletion plan that waits comes with the command that confirms it', () => {
  const message =
    'deletes 12 objects, 5 allowed\nDeployment/dev/a\nto confirm: kubectl annotate kustomization/dev -n flux-system fairlead.dev/confirm-deletion=abc';
  const conditions = [{ type: 'fairlead.dev/DeletionPlan', status: 'True', reason: 'PruneRefused', message }];
  expect(planFindings(worldWith(layer({ status: { conditions } })))).toMatchObject([
    { level: 'warn', says: 'Kustomization/flux-system/dev deletes 12 objects, 5 allowed', remedy: expect.stringContaining('confirm-deletion=abc') },
  ]);
});

test('what is being deleted for long is stuck, and by which finalizer', () => {
  const deleting = (deletionTimestamp: string) =>
    object('ImagePolicy', 'x', { metadata: { deletionTimestamp, finalizers: ['finalizers.fluxcd.io'] }, status: ready() });
  expect(deletionFindings([deleting('2026-11-21T11:59:00Z')], NOW)).toMatchObject([{ level: 'ok' }]);
  expect(deletionFindings([deleting('2026-11-21T11:00:00Z')], NOW)).toMatchObject([
    { level: 'fail', says: expect.stringContaining('held by finalizers.fluxcd.io') },
  ]);
});

test('releases that somebody began to change long ago are told', () => {
  const secret = (modifiedAt: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x', namespace: 'dev', labels: { name: 'podinfo', version: '2', status: 'pending-upgrade', modifiedAt } },
  });
  const noon = NOW.getTime() / 1000;
  expect(pendingFindings([secret(String(noon - 60))], NOW)).toMatchObject([{ level: 'ok' }]);
  expect(pendingFindings([secret(String(noon - 3600))], NOW)).toMatchObject([
    { level: 'warn', says: 'dev/podinfo revision 2 is pending-upgrade, begun 60m ago' },
  ]);
});

test('others at work are a warning only beside an agent', () => {
  expect(otherFindings(['flux-system/kustomize-controller'], true).level).toBe('warn');
  expect(otherFindings(['flux-system/kustomize-controller'], false).level).toBe('ok');
  expect(otherFindings([], true).level).toBe('ok');
});
