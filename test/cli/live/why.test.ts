import { isReady } from '../../../src/cli/live/readiness';
import { why } from '../../../src/cli/live/why';
import type { KubeObject } from '../../../src/model/object';
import {
  deployment,
  gitRepository,
  inProgress,
  layer,
  notReady,
  object,
  pod,
  RELEASE_ENTRY,
  ready,
  release,
  replicaSet,
  sealedSecret,
  suspended,
  UNAVAILABLE,
  waiting,
  worldWith,
} from './live-objects';

const ask = (asked: KubeObject, ...others: KubeObject[]) => why(asked, worldWith(asked, ...others));

/** What a release that is being rolled out says where its Pod is like this. */
const rollout = (podStatus: object, ...others: KubeObject[]) =>
  ask(release({ status: inProgress() }), deployment('dev-1', UNAVAILABLE), replicaSet(), pod(podStatus), ...others);

test('a source that refuses credentials is the root of everything that waits for it', () => {
  const source = gitRepository({
    status: notReady('AuthenticationFailed', 'FL1003: cannot authenticate to ssh://git@host/x (check secret a/b: identity (or token))'),
  });
  const found = ask(layer({ status: notReady('ArtifactFailed', 'Source has no artifact yet') }), source);
  expect(found).toEqual({
    sentence: 'waits for GitRepository/flux-system/environments: cannot authenticate to ssh://git@host/x (FL1003)',
    remedy: 'check secret a/b: identity (or token)',
    root: { kind: 'GitRepository', namespace: 'flux-system', name: 'environments' },
    isFinal: false,
  });
});

test('a source that is not there is said to be absent', () => {
  expect(ask(layer({ status: notReady('ArtifactFailed', 'no artifact') }))).toMatchObject({
    sentence: 'waits for GitRepository/flux-system/environments: it does not exist',
  });
});

test('dependencies are followed through kinds to the sealed value that does not open', () => {
  const blocked = layer({
    name: 'apps',
    spec: { dependsOn: [{ name: 'dev' }] },
    status: notReady('DependencyNotReady', "dependency 'dev' is not ready"),
  });
  const dev = layer({ status: inProgress(), applied: [RELEASE_ENTRY] });
  const podinfo = release({
    metadata: { annotations: { 'fairlead.dev/depends-on': 'SealedSecret/dev/basic-auth' } },
    status: notReady('DependencyNotReady', "dependency 'SealedSecret/dev/basic-auth' is not ready"),
  });
  const sealed = sealedSecret('basic-auth', {
    observedGeneration: 1,
    conditions: [{ type: 'Synced', status: 'False', reason: 'x', message: 'no key could decrypt secret (password)' }],
  });
  const found = ask(blocked, gitRepository(), dev, podinfo, sealed);
  expect(found).toMatchObject({
    sentence:
      'waits for Kustomization/flux-system/dev, which waits for SealedSecret/dev/basic-auth: it cannot be unsealed: no key could decrypt secret (password)',
    remedy: 'fairlead seal verify --lost',
    root: { kind: 'SealedSecret', name: 'basic-auth' },
  });
});

test('things that wait for one another end the way, and do not hang', () => {
  const one = layer({ name: 'one', spec: { dependsOn: [{ name: 'two' }] }, status: notReady('DependencyNotReady', 'no') });
  const two = layer({ name: 'two', spec: { dependsOn: [{ name: 'one' }] }, status: notReady('DependencyNotReady', 'no') });
  expect(ask(one, two, gitRepository()).root).toMatchObject({ name: 'two' });
});

test.each([
  [
    'an image that is not there',
    waiting('ErrImagePull', 'rpc error: code = NotFound desc = failed to pull: not found'),
    'container app cannot pull ghcr.io/acme/podinfo:dev-1: there is none of that name and tag',
    true,
  ],
  ['a registry that refuses', waiting('ImagePullBackOff', 'pull access denied'), 'the registry refuses the credentials', true],
  [
    'a registry that is away',
    waiting('ImagePullBackOff', 'dial tcp: i/o timeout'),
    'cannot pull ghcr.io/acme/podinfo:dev-1: dial tcp: i/o timeout',
    false,
  ],
  [
    'a container that ends again and again',
    waiting('CrashLoopBackOff', '', { restartCount: 4, lastState: { terminated: { exitCode: 3 } } }),
    'container app ends with exit code 3, restarted 4 times',
    true,
  ],
  [
    'a container that ended once',
    waiting('CrashLoopBackOff', '', { restartCount: 1, lastState: { terminated: { exitCode: 1 } } }),
    'container app ends with exit code 1, restarted 1 time',
    false,
  ],
  [
    'a container that takes too much memory',
    waiting('CrashLoopBackOff', '', { restartCount: 5, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    'container app takes more memory than its limit, restarted 5 times',
    true,
  ],
  [
    'a Pod that no node takes',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient cpu.' }],
    },
    'no node takes it: 0/3 nodes are available: 3 Insufficient cpu',
    false,
  ],
  [
    'a readiness probe that does not succeed',
    { phase: 'Running', containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] },
    'container app runs, but its readiness probe does not succeed',
    false,
  ],
])('%s is named, through release and Deployment', (_, status, says, isFinal) => {
  const found = rollout(status);
  expect(found.sentence).toContain(says);
  expect(found.sentence).toMatch(/^waits for Deployment\/dev\/podinfo, where Pod\/dev\/podinfo-1-x has this: /);
  expect(found.isFinal).toBe(isFinal);
});

test('a missing Secret is traced to the SealedSecret that did not open', () => {
  const config = waiting('CreateContainerConfigError', 'secret "basic-auth" not found');
  expect(rollout(config)).toMatchObject({
    sentence: expect.stringContaining('container app needs Secret basic-auth, which is not there'),
    remedy: 'seal it: fairlead seal, or create Secret dev/basic-auth',
  });
  const sealed = sealedSecret('basic-auth', { conditions: [{ type: 'Synced', status: 'False', reason: 'x', message: 'wrong key' }] });
  expect(rollout(config, sealed).root).toEqual({ kind: 'SealedSecret', namespace: 'dev', name: 'basic-auth' });
});

test('a quota that leaves no Pods is told from the Deployment', () => {
  const refused = {
    ...UNAVAILABLE,
    replicas: 0,
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "x" is forbidden: exceeded quota: small' }],
  };
  expect(ask(release({ status: inProgress() }), deployment('dev-1', refused))).toMatchObject({
    sentence: 'waits for Deployment/dev/podinfo: it gets no Pods: pods "x" is forbidden: exceeded quota: small',
    remedy: 'ask for less, or raise the quota',
  });
});

test('a quota that leaves some Pods says how many', () => {
  const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "x" is forbidden: exceeded quota: small' }];
  const refused = deployment('dev-1', { ...UNAVAILABLE, replicas: 1, conditions });
  const two = { ...refused, spec: { ...(refused.spec as object), replicas: 2 } };
  expect(ask(release({ status: inProgress() }), two).sentence).toContain('it gets 1 of 2 Pods: pods "x" is forbidden');
});

/** A release that failed, was undone and is given up, as the agent and Flux write it. */
function undone(reason: string, why: string): KubeObject {
  const conditions = [
    { type: 'Ready', status: 'False', reason, message: 'Helm rollback to previous release dev/podinfo.v7 with chart podinfo@0.1.0 succeeded' },
    { type: 'Released', status: 'False', reason: 'UpgradeFailed', message: why },
    { type: 'Remediated', status: 'True', reason, message: 'succeeded' },
    { type: 'Stalled', status: 'True', reason: 'RetriesExceeded', message: 'Failed to upgrade after 4 attempt(s)' },
  ];
  return release({ status: { observedGeneration: 1, conditions } });
}

test('of a release that was rolled back the failure is told, and what to do about the error in it', () => {
  const refused = 'FL4008: 1 of 3 objects were refused: FL3103: Deployment/dev/podinfo: refused: at most three replicas';
  const why = `Helm upgrade failed for release dev/podinfo with chart podinfo@0.1.0: ${refused}`;
  expect(ask(undone('RollbackSucceeded', why), deployment())).toMatchObject({
    sentence: `its upgrade of podinfo@0.1.0 failed and was rolled back: ${refused}`,
    remedy: 'correct the manifest as the server asks',
    isFinal: true,
  });
  expect(ask(undone('UninstallSucceeded', 'Helm install failed for release dev/podinfo with chart podinfo@0.1.0: timeout'))).toMatchObject({
    sentence: 'its install of podinfo@0.1.0 failed and was uninstalled: timeout',
    remedy: 'kubectl describe helmrelease podinfo -n dev',
  });
});

test('a release that is given up is traced to its Pods where these are why, and waiting does not help', () => {
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'InstallFailed', message: 'timed out' },
    { type: 'Stalled', status: 'True', reason: 'RetriesExceeded', message: 'Failed to install after 1 attempt(s)' },
  ];
  const stalled = release({ status: { observedGeneration: 1, conditions } });
  expect(ask(stalled, deployment('dev-1', UNAVAILABLE), replicaSet(), pod(waiting('ErrImagePull', 'dial tcp: i/o timeout')))).toMatchObject({
    root: { kind: 'Pod' },
    isFinal: true,
  });
});

test('of errors that carry others, what to do is told of the one they carry', () => {
  const message = 'FL3002: 1 of 2 objects could not be applied:\nFL3107: Service/dev/x: its namespace is being deleted (correct them and commit)';
  expect(ask(layer({ status: notReady('ReconciliationFailed', message) }))).toMatchObject({
    sentence: '1 of 2 objects could not be applied: FL3107: Service/dev/x: its namespace is being deleted (FL3002)',
    remedy: 'nothing to do once it is gone: it is applied again then',
  });
  const rendered = 'FL4002: Helm upgrade failed: FL6011: the chart cannot be rendered: no (correct the chart)';
  expect(ask(release({ status: notReady('UpgradeFailed', rendered) })).remedy).toBe('correct the chart');
});

test('a workload that a release made and that is gone is missed, but not where workloads were not looked at', () => {
  const status = { ...inProgress(), inventory: { entries: [{ id: 'dev_podinfo_apps_Deployment', v: 'v1' }] } };
  const asked = release({ status });
  expect(ask(asked)).toMatchObject({ sentence: 'waits for Deployment/dev/podinfo: it is gone' });
  expect(why(asked, { ...worldWith(asked), isWithoutWorkloads: true }).sentence).toBe('it is being reconciled');
  expect(ask(asked, deployment()).sentence).toBe('it is being reconciled');
});

test('what is suspended says so, by whom and until when, whatever it would wait for', () => {
  const dev = layer({ status: notReady('ArtifactFailed', 'no artifact') });
  const found = ask(dev, suspended('Kustomization', 'flux-system', 'dev', '2026-11-21T12:10:00Z'));
  expect(found.sentence).toMatch(/^it is suspended by alice until \d\d:\d\d:00: it loses orders$/);
  expect(found).toMatchObject({ remedy: 'fairlead resume Kustomization/dev -n flux-system', isFinal: false, until: '2026-11-21T12:10:00Z' });
  expect(ask(layer({ spec: { suspend: true }, status: inProgress() }))).toMatchObject({ sentence: 'it is suspended by spec.suspend', isFinal: true });
});

test('what a suspended release made before may be ill all the same', () => {
  const held = release({ spec: { suspend: true }, metadata: { generation: 2 } });
  const unschedulable = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }] };
  expect(ask(held, deployment('dev-1', UNAVAILABLE), replicaSet(), pod(unschedulable)).sentence).toContain('no node takes it: no node');
  expect(isReady(held)).toBe(true);
});

test('what nobody looked at is told from what is being worked on', () => {
  expect(ask(object('ImageRepository', 'x', { status: {} })).sentence).toBe('nobody has looked at it as it is now');
  expect(ask(object('ImageRepository', 'x', { status: inProgress() })).sentence).toBe('it is being reconciled');
  expect(ask(object('ImageRepository', 'x', { metadata: { generation: 2 }, status: ready() })).sentence).toBe(
    'it was changed just now, and the change is not looked at yet',
  );
});

test('of several problems the first is told, and how many more there are', () => {
  const status = notReady(
    'ReconciliationFailed',
    'FL3004: 3 of 9 objects were refused:\nDeployment/a: x\nDeployment/b: y\nDeployment/c: z (see the messages)',
  );
  expect(ask(layer({ status })).sentence).toBe('3 of 9 objects were refused: Deployment/a: x, and 2 more (FL3004)');
});

test('what may not be read is not taken for absent', () => {
  const asked = layer({ status: notReady('ArtifactFailed', 'Source has no artifact yet') });
  const world = { ...worldWith(asked), unread: new Map([['GitRepository', 'forbidden']]) };
  expect(why(asked, world).sentence).toBe('Source has no artifact yet');
});
