import type { KubeObject } from '../../src/model/object';
import { completionOf, healthOf } from '../../src/objects/health';

const NOW = Date.parse('2026-01-01T00:01:00Z');

const object = (apiVersion: string, kind: string, fields: { metadata?: object; spec?: object; status?: object } = {}): KubeObject => ({
  apiVersion,
  kind,
  ...fields,
  metadata: { name: 'a', ...fields.metadata },
});
const says = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });
const done = [says('Progressing', 'True', 'NewReplicaSetAvailable'), says('Available', 'True')];
const replicas = (count: number) => ({ replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count });

const deployment = (spec: object, status: object) => object('apps/v1', 'Deployment', { spec: { progressDeadlineSeconds: 600, ...spec }, status });
const statefulSet = (spec: object, status: object) => object('apps/v1', 'StatefulSet', { spec, status });
const replicaSet = (spec: object, status: object) => object('apps/v1', 'ReplicaSet', { spec, status });
const daemonSet = (status: object, generation?: number) => object('apps/v1', 'DaemonSet', { metadata: { generation }, status });
const pod = (status: object, metadata: object = {}) => object('v1', 'Pod', { metadata, status });
const job = (spec: object, status: object) => object('batch/v1', 'Job', { spec, status });
const definition = (...conditions: object[]) => object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: { conditions } });
const custom = (metadata: object, status?: object) => object('widgets.example/v1', 'Widget', { metadata, status });
const service = (spec: object) => object('v1', 'Service', { spec });

/** Verdicts of kstatus in fluxcd/cli-utils, and of Flux's reader of Jobs. */
test.each<[string, KubeObject, string, string]>([
  ['deletion', custom({ deletionTimestamp: '2026-01-01T00:00:00Z' }), 'Terminating', 'Resource scheduled for deletion'],
  [
    'old generation',
    custom({ generation: 2 }, { observedGeneration: 1, conditions: [says('Ready', 'True')] }),
    'InProgress',
    'Widget generation is 2, but latest observed generation is 1',
  ],
  [
    'reconciling',
    custom({}, { conditions: [says('Ready', 'True'), says('Reconciling', 'True', 'Progressing', 'working')] }),
    'InProgress',
    'working',
  ],
  ['stalled', custom({}, { conditions: [says('Stalled', 'True', 'Broken', 'broken')] }), 'Failed', 'broken'],
  ['no longer stalled', custom({}, { conditions: [says('Stalled', 'False')] }), 'Current', 'Resource is current'],
  ['ready', custom({}, { conditions: [says('Ready', 'True')] }), 'Current', 'Resource is Ready'],
  ['not ready', custom({}, { conditions: [says('Ready', 'False', 'No', 'not yet')] }), 'InProgress', 'not yet'],
  ['perhaps ready', custom({}, { conditions: [says('Ready', 'Unknown', 'No', 'who knows')] }), 'InProgress', 'who knows'],
  ['no status', custom({ generation: 1 }), 'Current', 'Resource is current'],
  ['strange status', custom({}, { conditions: 'none', observedGeneration: 'one' }), 'Current', 'Resource is current'],

  ['replicas missing', deployment({ replicas: 3 }, { replicas: 1, conditions: done }), 'InProgress', 'Replicas: 1/3'],
  ['old replicas', deployment({ replicas: 1 }, { replicas: 1, conditions: done }), 'InProgress', 'Updated: 0/1'],
  ['too many replicas', deployment({ replicas: 1 }, { ...replicas(1), replicas: 2, conditions: done }), 'InProgress', 'Pending termination: 1'],
  ['unavailable replicas', deployment({}, { ...replicas(1), availableReplicas: 0, conditions: done }), 'InProgress', 'Available: 0/1'],
  ['unready replicas', deployment({}, { ...replicas(1), readyReplicas: 0, conditions: done }), 'InProgress', 'Ready: 0/1'],
  ['no progress yet', deployment({ replicas: 0 }, {}), 'InProgress', 'ReplicaSet not Available'],
  ['not available', deployment({}, { ...replicas(1), conditions: done.slice(0, 1) }), 'InProgress', 'Deployment not Available'],
  ['available', deployment({}, { ...replicas(1), conditions: done }), 'Current', 'Deployment is available. Replicas: 1'],
  ['none wanted', deployment({ replicas: 0 }, { conditions: done }), 'Current', 'Deployment is available. Replicas: 0'],
  [
    'no deadline',
    deployment({ progressDeadlineSeconds: 2147483647 }, { ...replicas(1), conditions: done.slice(1) }),
    'Current',
    'Deployment is available. Replicas: 1',
  ],
  [
    'deadline exceeded',
    deployment({}, { conditions: [says('Progressing', 'False', 'ProgressDeadlineExceeded')] }),
    'Failed',
    'Progress deadline exceeded',
  ],
  [
    'deadline exceeded before this generation',
    object('apps/v1', 'Deployment', {
      metadata: { generation: 2 },
      status: { observedGeneration: 1, conditions: [says('Progressing', 'False', 'ProgressDeadlineExceeded')] },
    }),
    'InProgress',
    'Deployment generation is 2, but latest observed generation is 1',
  ],

  ['on delete', statefulSet({ updateStrategy: { type: 'OnDelete' } }, {}), 'Current', 'StatefulSet is using the ondelete update strategy'],
  ['missing', statefulSet({ replicas: 2 }, { replicas: 1 }), 'InProgress', 'Replicas: 1/2'],
  ['unready', statefulSet({}, { replicas: 1 }), 'InProgress', 'Ready: 0/1'],
  ['extra', statefulSet({ replicas: 1 }, { replicas: 2, readyReplicas: 1 }), 'InProgress', 'Pending termination: 1'],
  [
    'partition under way',
    statefulSet({ replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } }, { replicas: 3, readyReplicas: 3, updatedReplicas: 1 }),
    'InProgress',
    'updated: 1/2',
  ],
  [
    'partition complete',
    statefulSet({ replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } }, { replicas: 3, readyReplicas: 3, updatedReplicas: 2 }),
    'Current',
    'Partition rollout complete. updated: 2',
  ],
  ['not current', statefulSet({}, { replicas: 1, readyReplicas: 1 }), 'InProgress', 'current: 0/1'],
  [
    'revisions differ',
    statefulSet({}, { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: 'a', updateRevision: 'b' }),
    'InProgress',
    'Waiting for updated revision to match current',
  ],
  [
    'complete',
    statefulSet({}, { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: 'a', updateRevision: 'a' }),
    'Current',
    'All replicas scheduled as expected. Replicas: 1',
  ],

  ['failing', replicaSet({}, { conditions: [says('ReplicaFailure', 'True')] }), 'InProgress', 'Replica Failure condition. Check Pods'],
  ['unlabelled', replicaSet({}, {}), 'InProgress', 'Labelled: 0/1'],
  ['unavailable', replicaSet({}, { fullyLabeledReplicas: 1 }), 'InProgress', 'Available: 0/1'],
  ['unready', replicaSet({}, { fullyLabeledReplicas: 1, availableReplicas: 1 }), 'InProgress', 'Ready: 0/1'],
  [
    'complete',
    replicaSet({}, { fullyLabeledReplicas: 1, availableReplicas: 1, readyReplicas: 1, replicas: 1 }),
    'Current',
    'ReplicaSet is available. Replicas: 1',
  ],

  ['no generation', daemonSet({ observedGeneration: 1 }), 'InProgress', 'DaemonSet metadata.generation not found'],
  ['not observed', daemonSet({}, 1), 'InProgress', 'DaemonSet status.observedGeneration not found'],
  ['number unknown', daemonSet({ observedGeneration: 1 }, 1), 'InProgress', 'Missing .status.desiredNumberScheduled'],
  ['unscheduled', daemonSet({ observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 1 }, 1), 'InProgress', 'Current: 1/2'],
  [
    'complete',
    daemonSet(
      { observedGeneration: 1, desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1, numberReady: 1 },
      1,
    ),
    'Current',
    'All replicas scheduled as expected. Replicas: 1',
  ],

  ['without a phase', pod({}), 'InProgress', 'Pod phase not available'],
  ['completed', pod({ phase: 'Succeeded' }), 'Current', 'Pod has completed successfully'],
  ['completed badly', pod({ phase: 'Failed' }), 'Current', 'Pod has completed, but not successfully'],
  ['ready', pod({ phase: 'Running', conditions: [says('Ready', 'True')] }), 'Current', 'Pod is Ready'],
  ['unready', pod({ phase: 'Running' }), 'InProgress', 'Pod is running but is not Ready'],
  [
    'crashing',
    pod({ phase: 'Running', containerStatuses: [{ name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } }] }),
    'Failed',
    'Containers in CrashLoop state: app',
  ],
  ['pending', pod({ phase: 'Pending' }), 'InProgress', 'Pod is in the Pending phase'],
  [
    'unschedulable for long',
    pod({ phase: 'Pending', conditions: [says('PodScheduled', 'False', 'Unschedulable')] }, { creationTimestamp: '2026-01-01T00:00:00Z' }),
    'Failed',
    'Pod could not be scheduled',
  ],

  ['unbound', object('v1', 'PersistentVolumeClaim'), 'InProgress', 'PVC is not Bound. phase: unknown'],
  ['bound', object('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'Current', 'PVC is Bound'],
  ['without an address', service({ type: 'LoadBalancer' }), 'InProgress', 'ClusterIP not set. Service type: LoadBalancer'],
  ['with an address', service({ type: 'LoadBalancer', clusterIP: '10.0.0.1' }), 'Current', 'Service is ready'],
  ['inside', service({}), 'Current', 'Service is ready'],
  ['a budget', object('policy/v1', 'PodDisruptionBudget'), 'Current', 'AllowedDisruptions has been computed.'],
  ['a schedule', object('batch/v1', 'CronJob', { status: { conditions: [says('Ready', 'False')] } }), 'Current', 'Resource is always ready'],
  ['a secret', object('v1', 'Secret'), 'Current', 'Resource is always ready'],
  ['of another group', object('widgets.example/v1', 'Deployment'), 'Current', 'Resource is current'],

  ['installing', definition(), 'InProgress', 'Install in progress'],
  ['names taken', definition(says('NamesAccepted', 'False', 'Conflict', 'taken')), 'Failed', 'taken'],
  ['being established', definition(says('NamesAccepted', 'True'), says('Established', 'False', 'Installing')), 'InProgress', 'Install in progress'],
  ['established', definition(says('NamesAccepted', 'True'), says('Established', 'True')), 'Current', 'CRD is established'],

  ['suspended', job({ suspend: true }, {}), 'Current', 'Job is suspended'],
  ['not started', job({ parallelism: 2 }, {}), 'InProgress', 'Job not started. active: 0/2'],
  ['running', job({}, { startTime: '2026-01-01T00:00:00Z', active: 1 }), 'InProgress', 'Job in progress. success:0, active: 1, failed: 0'],
  ['complete', job({}, { succeeded: 1, conditions: [says('Complete', 'True')] }), 'Current', 'Job Completed. succeeded: 1/1'],
  ['failed', job({ completions: 2 }, { failed: 1, conditions: [says('Failed', 'True')] }), 'Failed', 'Job Failed. failed: 1/2'],
])('%s: %j is %s', (_, subject, status, message) => {
  expect(healthOf(subject, NOW)).toEqual({ status, message });
});

test('a Pod that cannot be scheduled has 15 seconds before that is a failure', () => {
  const waiting = pod(
    { phase: 'Pending', conditions: [says('PodScheduled', 'False', 'Unschedulable')] },
    { creationTimestamp: '2026-01-01T00:00:55Z' },
  );
  expect(healthOf(waiting, NOW)).toEqual({
    status: 'InProgress',
    message: 'Pod has not been scheduled',
    becomes: { afterMs: 10_000, health: { status: 'Failed', message: 'Pod could not be scheduled' } },
  });
});

test.each([
  [pod({ phase: 'Running', conditions: [says('Ready', 'True')] }), 'InProgress'],
  [pod({ phase: 'Succeeded' }), 'Current'],
  [pod({ phase: 'Failed' }), 'Failed'],
  [pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'Terminating'],
  [job({}, { succeeded: 1, conditions: [says('Complete', 'True')] }), 'Current'],
])('completion of %j is %s', (subject, status) => {
  expect(completionOf(subject, NOW).status).toBe(status);
});

test.each<[string, object[], string]>([
  ['that nobody unsealed yet', [], 'InProgress'],
  ['that cannot be opened', [{ type: 'Synced', status: 'False', message: 'no key could decrypt secret' }], 'Failed'],
  ['whose Secret is there', [{ type: 'Synced', status: 'True' }], 'Current'],
])('a SealedSecret %s is not what kstatus takes it for', (_, conditions, health) =>
  expect(healthOf(object('bitnami.com/v1alpha1', 'SealedSecret', { status: { conditions } }), 0).status).toBe(health),
);
