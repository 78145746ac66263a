import { errors } from '../../common/errors';
import type { Preview, PreviewLayer } from '../../preview/types';

/**
 * The layers that a name means: `dev`, `gke/dev`, or a cluster for all of its own.
 * @throws OutputLayerUnknown, EnvironmentAmbiguous
 */
export function chooseLayers({ clusters }: Preview, name: string, cluster: string | undefined): readonly PreviewLayer[] {
  const slash = name.indexOf('/');
  const [place, layer] = slash < 0 ? [cluster, name] : [name.slice(0, slash), name.slice(slash + 1)];
  const known = clusters.flatMap(({ layers }) => layers);
  const found = known.filter((one) => one.name === layer && (place === undefined || one.cluster === place));
  if (found.length === 1) return found;
  if (found.length > 1) {
    const names = found.map((one) => one.cluster);
    throw errors.EnvironmentAmbiguous({ environment: name, clusters: names.join(', '), example: `${names[0]}/${layer}` });
  }
  const whole = clusters.find((one) => one.name === name && (cluster === undefined || cluster === name));
  if (whole !== undefined) return whole.layers;
  const choices = known.map((one) => `${one.cluster}/${one.name}`).join(', ');
  throw errors.OutputLayerUnknown({ name: place === undefined || slash >= 0 ? name : `${place}/${name}`, choices: choices || 'there is none' });
}
