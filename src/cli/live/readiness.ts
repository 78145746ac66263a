import { annotatedDependencies } from '../../agent/runtime/dependencies';
import { type Condition, conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { Ref } from './world';

/** `unseen`: nobody has looked at the object as it is now. */
export type ReadyState = 'ready' | 'progressing' | 'failed' | 'stalled' | 'unseen';

export interface Readiness {
  readonly state: ReadyState;
  /** As the cluster has it: what `kubectl get` shows under READY. */
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339. */
  readonly since?: string;
}

interface Reconciled extends KubeObject {
  readonly spec?: {
    readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
    readonly type?: string;
    readonly suspend?: boolean;
  };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

/** What a reconciled object says of itself, of the generation it has now. */
export function readinessOf(object: KubeObject): Readiness {
  const { kind, metadata, spec, status } = object as Reconciled;
  const isSealed = kind === kinds.SealedSecret.kind;
  const ready = conditionOf(object, isSealed ? conditionTypes.synced : conditionTypes.ready);
  if (ready === undefined) {
    // Flux gives OCI registries no status.
    if (kind === kinds.HelmRepository.kind && spec?.type === 'oci')
      return { state: 'ready', status: 'True', reason: '', message: 'is only an address' };
    return { state: 'unseen', status: 'Unknown', reason: '', message: '' };
  }
  const { status: word, reason = '', message = '', lastTransitionTime: since } = ready;
  const told = { status: word, reason, message, ...(since !== undefined && { since }) };
  const given = conditionOf(object, conditionTypes.stalled);
  if (given?.status === 'True' && isOfGeneration(given, object)) return { state: 'stalled', ...told };
  // Suspending is a change that nobody looks at.
  const isCurrent = status?.observedGeneration === undefined || status.observedGeneration === metadata.generation || spec?.suspend === true;
  // Flux says so of a failure that it goes on trying: the generation is observed only once it is settled.
  if (word === 'False') return { state: 'failed', ...told };
  if (!isCurrent || word === 'Unknown') return { state: 'progressing', ...told };
  return { state: 'ready', ...told };
}

export function isReady(object: KubeObject): boolean {
  return readinessOf(object).state === 'ready';
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return (object as Reconciled).status?.conditions?.find((condition) => condition.type === type);
}

/** Whether a condition is of the object as it is now. Not every controller says so. */
export function isOfGeneration({ observedGeneration }: Condition, { metadata }: KubeObject): boolean {
  return observedGeneration === undefined || observedGeneration === metadata.generation;
}

/** What an object names as its dependencies: Flux's field, which names its own kind, and our annotation, which names any. */
export function dependenciesOf(object: KubeObject): Ref[] {
  const { kind, metadata, spec } = object as Reconciled;
  const own = (spec?.dependsOn ?? []).map(({ name, namespace }) => ({ kind, namespace: namespace ?? metadata.namespace ?? '', name }));
  return [...own, ...annotated(object)];
}

function annotated(object: KubeObject): Ref[] {
  try {
    return annotatedDependencies(object);
  } catch {
    // The agent says in the condition what is wrong with it.
    return [];
  }
}
