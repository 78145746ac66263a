import type { Authorization } from '../../oci/authorization';
import { openImageRegistry } from '../../oci/registry';
import type { Engine } from '../../render/types';
import { refOf } from '../runtime/ref';
import type { Reconciler, Runtime } from '../runtime/types';
import type { SourceRoom } from '../source/room';
import { createAutomationReconciler } from './automation-reconciler';
import { ChartCandidates, followChartRepositories } from './image-policy-charts';
import { ImageCandidates } from './image-policy-images';
import { ImagePolicyReconciler } from './image-policy-reconciler';
import { followRepositories } from './image-policy-ref';
import { ImageRepositoryReconciler } from './image-repository-reconciler';
import { type OpenRegistry, Registries } from './registry-access';
import { Scans } from './scans';

export interface ImageRoom {
  readonly reconcilers: readonly Reconciler[];
}

/**
 * Images: what registries have, what policies choose of it, and the commits that follow.
 * @param authorization shared by all who ask registries
 * @param pushes whether anything may be pushed to Git
 */
export function createImageRoom(
  runtime: Runtime,
  source: Pick<SourceRoom, 'git' | 'charts'>,
  engine: Pick<Engine, 'commitMessage'>,
  authorization: Authorization,
  pushes = true,
): ImageRoom {
  const choosing = createChoosing(runtime, source.charts, (image, access) => openImageRegistry(image, access, authorization));
  return { reconcilers: [...choosing, createAutomationReconciler(runtime, source.git, engine, pushes)] };
}

/** Scans and policies alone. */
export function createChoosing(runtime: Runtime, charts: SourceRoom['charts'], open: OpenRegistry): readonly Reconciler[] {
  const registries = new Registries(runtime, open);
  const scans = new Scans(runtime);
  const sources = { images: new ImageCandidates(runtime, registries, scans), charts: new ChartCandidates(runtime, charts) };
  followRepositories(runtime);
  followChartRepositories(runtime);
  runtime.store.subscribe('ImagePolicy', (policy, change) => {
    if (change === 'deleted') scans.chose(refOf(policy), undefined);
  });
  return [new ImageRepositoryReconciler(runtime, registries, scans), new ImagePolicyReconciler(sources)];
}
