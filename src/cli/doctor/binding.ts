import { clusterUid } from '../../agent/runtime/cluster-uid';
import { annotations } from '../../model/labels';
import { layersOf } from '../live/layers';
import type { World } from '../live/world';
import type { Check, Finding } from './check';

/** Whether the cluster is the one its folder is for, and its folder the one it is bound to. */
export const binding: Check = {
  name: 'binding',
  look: async ({ client, world }) => bindingFindings(await world(), await clusterUid(client)),
};

export function bindingFindings(world: World, uid: string): readonly Finding[] {
  const { binding: bound, objects } = world;
  const roots = layersOf(objects).flatMap(({ kustomization }) => {
    const wanted = kustomization.metadata.annotations?.[annotations.clusterUid];
    return wanted === undefined ? [] : [{ name: kustomization.metadata.name, path: kustomization.spec.path ?? '', wanted }];
  });
  const wrong = roots.filter(({ wanted }) => wanted !== uid);
  if (wrong.length > 0) {
    const says = `Kustomization ${wrong.map(({ name }) => name).join(', ')} is for the cluster with UID ${wrong[0].wanted}, and this one has ${uid}`;
    return [
      {
        level: 'fail',
        says,
        remedy: 'see whether the kubeconfig or the path is the wrong one; a cluster made anew is bound again by fairlead bootstrap',
      },
    ];
  }
  if (bound !== undefined && bound.uid !== uid) {
    return [
      {
        level: 'fail',
        says: `the cluster says it is ${bound.uid}, and it is ${uid}`,
        remedy: 'it was restored from a copy of another: fairlead bootstrap binds it',
      },
    ];
  }
  if (bound !== undefined) return [{ level: 'ok', says: `is ${bound.cluster}, and follows ${bound.path} on ${bound.branch} of ${bound.url}` }];
  return layersOf(objects).length === 0
    ? [{ level: 'warn', says: 'it follows no repository yet', remedy: 'fairlead bootstrap' }]
    : [{ level: 'ok', says: 'is bound to no folder: fairlead bootstrap binds it' }];
}
