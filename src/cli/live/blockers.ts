import { reasons } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { chartSourceOf } from './chart-source';
import { inventoryOf, type LiveKustomization, sourceRefOf } from './layers';
import { isReconciled, isWorkload } from './live-kinds';
import { podTrouble } from './pod-trouble';
import { dependenciesOf, isReady, readinessOf } from './readiness';
import { suspendedWords } from './suspended';
import { illOfRelease, isHealthy, podsOf, podsRefused } from './workloads';
import { isRead, type Ref, refOf, type World } from './world';

/** What stands in the way of an object that is not ready, the likeliest first: sources, dependencies, what it applied. One step only. */
export function blockersOf(object: KubeObject, world: World): Ref[] {
  // Nothing happens to it, whatever it would wait for. What it made before may be ill all the same.
  if (isReconciled(object.kind) && !isReady(object) && suspendedWords(object, world) !== undefined) return [];
  switch (object.kind) {
    case kinds.Kustomization.kind:
      return ofKustomization(object as LiveKustomization, world);
    case kinds.HelmRelease.kind:
      return ofRelease(object, world);
    case kinds.ImagePolicy.kind:
      return unready([policyRepository(object)], world);
    case kinds.ImageUpdateAutomation.kind:
      return unready([automationSource(object)], world);
    case 'Pod':
      return ofPod(object, world);
    default:
      return isWorkload(object.kind) ? ofWorkload(object, world) : [];
  }
}

function ofKustomization(kustomization: LiveKustomization, world: World): Ref[] {
  const { reason, state } = readinessOf(kustomization);
  const isWaiting = state === 'unseen' || reason === reasons.dependencyNotReady;
  if (reason === reasons.artifactFailed || state === 'unseen') {
    const sources = unready([sourceRefOf(kustomization)], world);
    if (sources.length > 0) return sources;
  }
  if (isWaiting) return unready(dependenciesOf(kustomization), world);
  if (state === 'ready' || state === 'stalled') return [];
  return [reasons.healthCheckFailed, reasons.progressing, reasons.progressingWithRetry].some((one) => one === reason)
    ? unhealthy(inventoryOf(kustomization), world)
    : [];
}

function ofRelease(release: KubeObject, world: World): Ref[] {
  const { reason, state } = readinessOf(release);
  // It is given up: what its Pods ended with is why, all else it says itself.
  if (state === 'stalled') return reason === reasons.installFailed || reason === reasons.upgradeFailed ? illOfRelease(release, world) : [];
  if (state === 'unseen' || reason === reasons.dependencyNotReady) {
    const dependencies = unready(dependenciesOf(release), world);
    if (dependencies.length > 0) return dependencies;
  }
  const source = chartSourceOf(release);
  const isOfChart = state === 'unseen' || /Source|Artifact|Chart/.test(reason);
  if (source !== undefined && isOfChart) {
    const sources = unready([source], world);
    if (sources.length > 0) return sources;
  }
  return isOfChart ? [] : illOfRelease(release, world);
}

function ofWorkload(workload: KubeObject, { objects }: World): Ref[] {
  if (podsRefused(workload) !== undefined) return [];
  const troubled = podsOf(workload, objects).filter((pod) => podTrouble(pod) !== undefined);
  // What cannot heal by itself tells more than what it holds up.
  const [worst = troubled[0]] = troubled.filter((pod) => podTrouble(pod)?.isFinal);
  return worst === undefined ? [] : [refOf(worst)];
}

/** A Secret that is not there is often one that could not be unsealed. */
function ofPod(pod: KubeObject, world: World): Ref[] {
  const missing = podTrouble(pod)?.missing;
  if (missing?.kind !== 'Secret') return [];
  const sealed = world.objects.get({ kind: kinds.SealedSecret.kind, namespace: pod.metadata.namespace ?? '', name: missing.name });
  return sealed !== undefined && !isReady(sealed) ? [refOf(sealed)] : [];
}

function policyRepository({ metadata, spec }: KubeObject): Ref {
  const { name = '', namespace = metadata.namespace ?? '' } =
    (spec as { imageRepositoryRef?: { name: string; namespace?: string } } | undefined)?.imageRepositoryRef ?? {};
  return { kind: kinds.ImageRepository.kind, namespace, name };
}

function automationSource({ metadata, spec }: KubeObject): Ref {
  const { kind, name, namespace = metadata.namespace ?? '' } = (spec as { sourceRef: { kind: string; name: string; namespace?: string } }).sourceRef;
  return { kind, namespace, name };
}

/** Those of them that are absent or not ready. What we may not read, or has no readiness of its own, is no blocker. */
function unready(refs: readonly Ref[], world: World): Ref[] {
  return refs.filter((ref) => {
    if (!isReconciled(ref.kind) || !isRead(ref, world)) return false;
    const object = world.objects.get(ref);
    return object === undefined || !isReady(object);
  });
}

function unhealthy(refs: readonly Ref[], world: World): Ref[] {
  return refs.filter((ref) => {
    const object = world.objects.get(ref);
    if (object === undefined) return false;
    return isReconciled(ref.kind) ? !isReady(object) : isWorkload(ref.kind) && !isHealthy(object, world);
  });
}
