import type { Engine } from '../../render/types';
import type { Reconciler, Runtime } from '../runtime/types';
import type { Sources } from '../source/types';
import { KustomizationReconciler } from './kustomization-reconciler';

export interface KustomizeRoom {
  readonly reconcilers: readonly Reconciler[];
}

/** Kustomizations: folders of sources, applied. */
export function createKustomizeRoom(runtime: Runtime, sources: Sources, engine: Engine): KustomizeRoom {
  return { reconcilers: [new KustomizationReconciler(runtime, sources, engine)] };
}
