import type { Engine } from '../../render/types';
import type { Reconciler, Runtime } from '../runtime/types';
import type { Sources } from '../source/types';
import { KustomizationReconciler } from './kustomization-reconciler';

export interface KustomizeRoom {
  readonly reconcilers: readonly Reconciler[];
  close(): void;
}

/** Kustomizations: folders of sources, applied. */
export function createKustomizeRoom(runtime: Runtime, sources: Sources, engine: Engine): KustomizeRoom {
  const reconciler = new KustomizationReconciler(runtime, sources, engine);
  return { reconcilers: [reconciler], close: () => reconciler.close() };
}
