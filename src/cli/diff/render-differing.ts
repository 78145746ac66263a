import type { Preview, PreviewLayer, PreviewRelease } from '../../preview/types';

/** Both previews with the releases rendered that are not known to be the same on the other side. */
export async function renderDiffering(before: Preview, after: Preview): Promise<[Preview, Preview]> {
  const known = [before, after].map(inputsOf);
  return Promise.all([renderBut(before, known[1]), renderBut(after, known[0])]);
}

function inputsOf(preview: Preview): ReadonlyMap<string, string | undefined> {
  return new Map(
    preview.clusters.flatMap(({ layers }) =>
      layers.flatMap((layer) => layer.releases.map((release) => [keyOf(layer, release), release.inputs] as const)),
    ),
  );
}

async function renderBut(preview: Preview, other: ReadonlyMap<string, string | undefined>): Promise<Preview> {
  const rendered = (layer: PreviewLayer, release: PreviewRelease): PreviewRelease | Promise<PreviewRelease> =>
    release.inputs !== undefined && other.get(keyOf(layer, release)) === release.inputs ? release : (release.render?.() ?? release);
  const clusters = preview.clusters.map(async (cluster) => ({
    ...cluster,
    layers: await Promise.all(
      cluster.layers.map(async (layer) => ({ ...layer, releases: await Promise.all(layer.releases.map((release) => rendered(layer, release))) })),
    ),
  }));
  return { clusters: await Promise.all(clusters) };
}

function keyOf(layer: PreviewLayer, { namespace, name }: PreviewRelease): string {
  return `${layer.cluster}/${layer.name}/${namespace}/${name}`;
}
