import { layersOf, releasesOf } from '../live/layers';
import { isReady } from '../live/readiness';
import { why } from '../live/why';
import type { World } from '../live/world';
import type { Check, Finding } from './check';

/** Whether what is applied is Ready, in one line: `fairlead status` says the rest. */
export const environments: Check = {
  name: 'environments',
  look: async ({ world }) => environmentFindings(await world()),
};

export function environmentFindings(world: World): readonly Finding[] {
  const layers = layersOf(world.objects);
  const unready = layers.filter((layer) => ![layer.kustomization, ...releasesOf(layer, world.objects)].every(isReady));
  if (layers.length === 0) return [];
  if (unready.length === 0) return [{ level: 'ok', says: `${layers.length}, all Ready` }];
  const [first] = unready;
  const object = [first.kustomization, ...releasesOf(first, world.objects)].find((one) => !isReady(one))!;
  const { sentence } = why(object, world);
  const says = `${unready.length} of ${layers.length} are not Ready: ${unready.map(({ name }) => name).join(', ')}; ${first.name} ${sentence}`;
  return [{ level: 'warn', says, remedy: 'fairlead status' }];
}
