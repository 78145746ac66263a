import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { isAmiss } from '../live/amiss';
import { type LiveLayer, layersOf, releasesOf } from '../live/layers';
import { why } from '../live/why';
import type { World } from '../live/world';
import type { Check, Finding } from './check';

/** Whether what is applied is Ready, in one line: `fairlead status` says the rest. */
export const environments: Check = {
  name: 'environments',
  needs: [kinds.Kustomization.kind, kinds.HelmRelease.kind],
  look: async ({ world }) => environmentFindings(await world()),
};

export function environmentFindings(world: World): readonly Finding[] {
  const layers = layersOf(world.objects);
  const unready = layers.filter((layer) => amissIn(layer, world).length > 0);
  if (layers.length === 0) return [];
  if (unready.length === 0) return [{ level: 'ok', says: `${layers.length}, all Ready` }];
  const [first] = unready;
  const { sentence } = why(amissIn(first, world)[0], world);
  const says = `${unready.length} of ${layers.length} are not Ready: ${unready.map(({ name }) => name).join(', ')}; ${first.name} ${sentence}`;
  return [{ level: 'warn', says, remedy: 'fairlead status' }];
}

function amissIn(layer: LiveLayer, world: World): KubeObject[] {
  return [layer.kustomization, ...releasesOf(layer, world.objects)].filter((one) => isAmiss(one, world));
}
