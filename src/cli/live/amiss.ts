import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { isReady } from './readiness';
import { illOfRelease } from './workloads';
import type { World } from './world';

/** Not ready, or what it made does not run as it should. */
export function isAmiss(object: KubeObject, world: World): boolean {
  if (!isReady(object)) return true;
  return object.kind === kinds.HelmRelease.kind && illOfRelease(object, world).length > 0;
}
