import { type KubeObject, splitApiVersion } from '../model/object';
import { conditionsOf, stringAt, valueAt } from './fields';
import { ruleFor } from './health-rules';
import { current, failed, type Health, inProgress, terminating, type Verdict } from './verdict';

/**
 * Flux's reading of an object's status: kstatus, with Flux's own rule for Jobs (healthy when complete, not when started),
 * and one for SealedSecrets, which kstatus does not look into.
 * @param now milliseconds since the epoch; only Pods that cannot be scheduled are judged by it
 * @see https://github.com/fluxcd/cli-utils/tree/main/pkg/kstatus/status
 */
export function healthOf(object: KubeObject, now: number): Verdict {
  const { group } = splitApiVersion(object.apiVersion);
  return generic(object) ?? ruleFor(group, object.kind)?.(object, now) ?? byReadyCondition(object) ?? current('Resource is current');
}

/** Whether a Pod has run to its end, as Helm waits for hooks. Other kinds: their health. */
export function completionOf(object: KubeObject, now: number): Verdict {
  if (object.apiVersion !== 'v1' || object.kind !== 'Pod' || object.metadata.deletionTimestamp) return healthOf(object, now);
  switch (stringAt(object, 'status', 'phase')) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return failed('Pod has completed, but not successfully');
    default:
      return inProgress('Pod has not completed');
  }
}

function generic(object: KubeObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return terminating;

  const { generation } = object.metadata;
  const observed = valueAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && typeof observed === 'number' && observed !== generation)
    return inProgress(`${object.kind} generation is ${generation}, but latest observed generation is ${observed}`);

  for (const condition of conditionsOf(object)) {
    if (condition.type === 'Reconciling' && condition.status === 'True') return inProgress(condition.message);
    if (condition.type === 'Stalled' && condition.status === 'True') return failed(condition.message);
  }
  return undefined;
}

function byReadyCondition(object: KubeObject): Health | undefined {
  for (const condition of conditionsOf(object)) {
    if (condition.type !== 'Ready') continue;
    if (condition.status === 'True') return current('Resource is Ready');
    if (condition.status === 'False' || condition.status === 'Unknown') return inProgress(condition.message);
  }
  return undefined;
}
