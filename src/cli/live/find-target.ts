import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { findAny } from './find-any';
import { servedKind } from './served-kind';
import { targetCalled } from './target';
import type { World } from './world';

/**
 * The same as `targetCalled`, and any object of any kind that the API server serves: it is read then, and the world knows it.
 * @throws TargetUnknown, TargetAmbiguous, LiveForbidden
 */
export async function findTarget(client: KubeClient, text: string, world: World, namespace?: string): Promise<KubeObject> {
  try {
    return targetCalled(text, world, namespace);
  } catch (error) {
    const [word = '', ...rest] = text.split('/');
    if (!errors.TargetUnknown.is(error) || rest.length === 0 || (await servedKind(client, word)) === undefined) throw error;
  }
  const object = await findAny(client, text, namespace);
  world.objects.set(object);
  return object;
}
