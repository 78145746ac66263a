import { conditionTypes } from '../model/conditions';
import type { KubeObject } from '../model/object';
import { conditionsOf, integerAt, stringAt, valueAt } from './fields';
import { current, failed, inProgress, type Verdict } from './verdict';

type Rule = (object: KubeObject, now: number) => Verdict;

/** The rule of a built-in kind, after the generic ones had no say. Messages are kstatus's own. */
export function ruleFor(group: string, kind: string): Rule | undefined {
  return RULES.get(group === '' ? kind : `${group}/${kind}`);
}

const alwaysReady: Rule = () => current('Resource is always ready');

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Service', service],
  ['Pod', pod],
  ['Secret', alwaysReady],
  ['ConfigMap', alwaysReady],
  ['PersistentVolumeClaim', persistentVolumeClaim],
  ['apps/StatefulSet', statefulSet],
  ['apps/DaemonSet', daemonSet],
  ['extensions/DaemonSet', daemonSet],
  ['apps/Deployment', deployment],
  ['extensions/Deployment', deployment],
  ['apps/ReplicaSet', replicaSet],
  ['extensions/ReplicaSet', replicaSet],
  ['policy/PodDisruptionBudget', () => current('AllowedDisruptions has been computed.')],
  ['batch/CronJob', alwaysReady],
  ['batch/Job', job],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinition],
  ['bitnami.com/SealedSecret', sealedSecret],
]);

/** How long a Pod may be unschedulable before that counts as a failure. */
const SCHEDULE_WINDOW_MS = 15_000;

function service(object: KubeObject): Verdict {
  const type = stringAt(object, 'spec', 'type') ?? 'ClusterIP';
  if (type === 'LoadBalancer' && !stringAt(object, 'spec', 'clusterIP')) return inProgress('ClusterIP not set. Service type: LoadBalancer');
  return current('Service is ready');
}

function persistentVolumeClaim(object: KubeObject): Verdict {
  const phase = stringAt(object, 'status', 'phase') ?? 'unknown';
  return phase === 'Bound' ? current('PVC is Bound') : inProgress(`PVC is not Bound. phase: ${phase}`);
}

function pod(object: KubeObject, now: number): Verdict {
  const phase = stringAt(object, 'status', 'phase') ?? '';
  const conditions = conditionsOf(object);
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running': {
      if (conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')) return current('Pod is Ready');
      const crashing = crashLoopingContainers(object);
      if (crashing.length > 0) return failed(`Containers in CrashLoop state: ${crashing.join(',')}`);
      return inProgress('Pod is running but is not Ready');
    }
    case 'Pending': {
      const unscheduled = conditions.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
      if (unscheduled?.reason !== 'Unschedulable') return inProgress('Pod is in the Pending phase');
      const health = failed('Pod could not be scheduled');
      const afterMs = Date.parse(object.metadata.creationTimestamp ?? '') + SCHEDULE_WINDOW_MS - now;
      return afterMs > 0 ? { ...inProgress('Pod has not been scheduled'), becomes: { afterMs, health } } : health;
    }
    default:
      return inProgress(phase === '' ? 'Pod phase not available' : `unknown phase ${phase}`);
  }
}

function crashLoopingContainers(object: KubeObject): string[] {
  const statuses = valueAt(object, 'status', 'containerStatuses');
  if (!Array.isArray(statuses)) return [];
  return statuses
    .filter((status) => stringAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff')
    .map((status) => stringAt(status, 'name'))
    .filter((name) => name !== undefined);
}

function statefulSet(object: KubeObject): Verdict {
  // Who asks for OnDelete replaces the Pods himself.
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return current('StatefulSet is using the ondelete update strategy');

  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const ready = integerAt(object, 0, 'status', 'readyReplicas');
  const currentReplicas = integerAt(object, 0, 'status', 'currentReplicas');
  const updated = integerAt(object, 0, 'status', 'updatedReplicas');
  const replicas = integerAt(object, 0, 'status', 'replicas');
  const partition = integerAt(object, -1, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');

  if (wanted > replicas) return inProgress(`Replicas: ${replicas}/${wanted}`);
  if (wanted > ready) return inProgress(`Ready: ${ready}/${wanted}`);
  if (replicas > wanted) return inProgress(`Pending termination: ${replicas - wanted}`);
  if (partition !== -1) {
    if (updated < wanted - partition) return inProgress(`updated: ${updated}/${wanted - partition}`);
    return current(`Partition rollout complete. updated: ${updated}`);
  }
  if (wanted > currentReplicas) return inProgress(`current: ${currentReplicas}/${wanted}`);
  if ((stringAt(object, 'status', 'currentRevision') ?? '') !== (stringAt(object, 'status', 'updateRevision') ?? ''))
    return inProgress('Waiting for updated revision to match current');
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`);
}

/** Without a deadline the controller never sets the Progressing condition. */
const NO_DEADLINE = 2 ** 31 - 1;

function deployment(object: KubeObject): Verdict {
  let progressing = integerAt(object, NO_DEADLINE, 'spec', 'progressDeadlineSeconds') === NO_DEADLINE;
  let available = false;
  for (const { type, status, reason } of conditionsOf(object)) {
    if (type === 'Progressing') {
      if (reason === 'ProgressDeadlineExceeded') return failed('Progress deadline exceeded');
      if (status === 'True' && reason === 'NewReplicaSetAvailable') progressing = true;
    }
    if (type === 'Available' && status === 'True') available = true;
  }

  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const replicas = integerAt(object, 0, 'status', 'replicas');
  const updated = integerAt(object, 0, 'status', 'updatedReplicas');
  const ready = integerAt(object, 0, 'status', 'readyReplicas');
  const availableReplicas = integerAt(object, 0, 'status', 'availableReplicas');

  if (wanted > replicas) return inProgress(`Replicas: ${replicas}/${wanted}`);
  if (wanted > updated) return inProgress(`Updated: ${updated}/${wanted}`);
  if (replicas > wanted) return inProgress(`Pending termination: ${replicas - wanted}`);
  if (updated > availableReplicas) return inProgress(`Available: ${availableReplicas}/${updated}`);
  if (wanted > ready) return inProgress(`Ready: ${ready}/${wanted}`);
  if (!progressing) return inProgress('ReplicaSet not Available');
  if (!available) return inProgress('Deployment not Available');
  return current(`Deployment is available. Replicas: ${replicas}`);
}

function replicaSet(object: KubeObject): Verdict {
  if (conditionsOf(object).some(({ type, status }) => type === 'ReplicaFailure' && status === 'True'))
    return inProgress('Replica Failure condition. Check Pods');

  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const replicas = integerAt(object, 0, 'status', 'replicas');
  const ready = integerAt(object, 0, 'status', 'readyReplicas');
  const available = integerAt(object, 0, 'status', 'availableReplicas');
  const labelled = integerAt(object, 0, 'status', 'fullyLabeledReplicas');

  if (wanted > labelled) return inProgress(`Labelled: ${labelled}/${wanted}`);
  if (wanted > available) return inProgress(`Available: ${available}/${wanted}`);
  if (wanted > ready) return inProgress(`Ready: ${ready}/${wanted}`);
  if (replicas > wanted) return inProgress(`Pending termination: ${replicas - wanted}`);
  return current(`ReplicaSet is available. Replicas: ${replicas}`);
}

function daemonSet(object: KubeObject): Verdict {
  // Its controller always sets both: without them it has not seen the object.
  if (object.metadata.generation === undefined) return inProgress(`${object.kind} metadata.generation not found`);
  if (valueAt(object, 'status', 'observedGeneration') === undefined) return inProgress(`${object.kind} status.observedGeneration not found`);

  const wanted = integerAt(object, -1, 'status', 'desiredNumberScheduled');
  const scheduled = integerAt(object, 0, 'status', 'currentNumberScheduled');
  const updated = integerAt(object, 0, 'status', 'updatedNumberScheduled');
  const available = integerAt(object, 0, 'status', 'numberAvailable');
  const ready = integerAt(object, 0, 'status', 'numberReady');

  if (wanted === -1) return inProgress('Missing .status.desiredNumberScheduled');
  if (wanted > scheduled) return inProgress(`Current: ${scheduled}/${wanted}`);
  if (wanted > updated) return inProgress(`Updated: ${updated}/${wanted}`);
  if (wanted > available) return inProgress(`Available: ${available}/${wanted}`);
  if (wanted > ready) return inProgress(`Ready: ${ready}/${wanted}`);
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
}

/** @see https://github.com/fluxcd/pkg/blob/main/runtime/statusreaders/job.go */
function job(object: KubeObject): Verdict {
  if (valueAt(object, 'spec', 'suspend') === true) return current('Job is suspended');

  const parallelism = integerAt(object, 1, 'spec', 'parallelism');
  const completions = integerAt(object, parallelism, 'spec', 'completions');
  const active = integerAt(object, 0, 'status', 'active');
  const succeeded = integerAt(object, 0, 'status', 'succeeded');
  const failures = integerAt(object, 0, 'status', 'failed');
  for (const { type, status } of conditionsOf(object)) {
    if (type === 'Complete' && status === 'True') return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
    if (type === 'Failed' && status === 'True') return failed(`Job Failed. failed: ${failures}/${completions}`);
  }
  if (!stringAt(object, 'status', 'startTime')) return inProgress(`Job not started. active: 0/${parallelism}`);
  return inProgress(`Job in progress. success:${succeeded}, active: ${active}, failed: ${failures}`);
}

function customResourceDefinition(object: KubeObject): Verdict {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(message);
    if (status === 'True') return current('CRD is established');
  }
  return inProgress('Install in progress');
}

/** kstatus knows no rule for it and takes it for current at once, whether or not its Secret is there. */
function sealedSecret(object: KubeObject): Verdict {
  const synced = conditionsOf(object).find(({ type }) => type === conditionTypes.synced);
  if (synced === undefined) return inProgress('SealedSecret is not unsealed yet');
  return synced.status === 'True' ? current('SealedSecret is unsealed') : failed(synced.message);
}
