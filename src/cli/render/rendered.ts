import type { PreviewLayer } from '../../preview/types';

/** A layer with its releases rendered that were left for later. */
export async function rendered(layer: PreviewLayer): Promise<PreviewLayer> {
  return { ...layer, releases: await Promise.all(layer.releases.map((release) => release.render?.() ?? release)) };
}
