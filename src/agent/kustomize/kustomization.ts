import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import type { KustomizationSpec } from '../../model/kustomization';
import type { Inventory } from '../../objects/inventory';
import { targetOptionsOf } from '../runtime/target-options';
import type { Reconciled, ReconciledStatus, TargetOptions } from '../runtime/types';
import type { SourceRef } from '../source/types';
import type { Snapshot } from './history';

export type { HealthCheck, KustomizationSpec, PostBuild } from '../../model/kustomization';

/** Flux's Kustomization, as far as it is read. @see https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export interface Kustomization extends Reconciled {
  readonly spec: KustomizationSpec;
  readonly status?: KustomizationStatus;
}

export interface KustomizationStatus extends ReconciledStatus {
  readonly inventory?: Inventory;
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly history?: readonly Snapshot[];
}

const LEAST_TIMEOUT_MS = 30_000;

/** Unique among Kustomizations. */
export function keyOf({ metadata }: Kustomization): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export function sourceOf({ spec, metadata }: Kustomization): SourceRef {
  return { kind: spec.sourceRef.kind, name: spec.sourceRef.name, namespace: spec.sourceRef.namespace ?? metadata.namespace ?? '' };
}

/** Where it applies, and as whom. Throws `KustomizationUnsupported` where that cannot be said: it is no other place. */
export function targetOf(kustomization: Kustomization): TargetOptions {
  if (kustomization.spec.kubeConfig?.configMapRef !== undefined) throw errors.KustomizationUnsupported({ field: 'spec.kubeConfig.configMapRef' });
  return targetOptionsOf(kustomization);
}

export function intervalMs({ spec }: Kustomization): number {
  return parseDuration(spec.interval) ?? 600_000;
}

export function timeoutMs(kustomization: Kustomization): number {
  return Math.max(LEAST_TIMEOUT_MS, parseDuration(kustomization.spec.timeout) ?? intervalMs(kustomization) - 30_000);
}

/** Whether its objects go when it is deleted. A suspended one keeps them, as in Flux. */
export function deletesObjects({ spec }: Kustomization): boolean {
  if (spec.suspend) return false;
  const policy = spec.deletionPolicy ?? 'MirrorPrune';
  return policy === 'MirrorPrune' ? spec.prune : policy !== 'Orphan';
}

/** Fields that change what is applied or what counts as healthy, and that are not read. */
export function unsupportedFields({ spec }: Kustomization): string[] {
  return [
    ...(spec.decryption === undefined ? [] : ['spec.decryption']),
    ...((spec.healthCheckExprs ?? []).length === 0 ? [] : ['spec.healthCheckExprs']),
    ...((spec.ignore ?? []).length === 0 ? [] : ['spec.ignore']),
    ...(spec.kubeConfig?.configMapRef === undefined ? [] : ['spec.kubeConfig.configMapRef']),
    ...((spec.dependsOn ?? []).some(({ readyExpr }) => readyExpr) ? ['spec.dependsOn.readyExpr'] : []),
  ];
}
