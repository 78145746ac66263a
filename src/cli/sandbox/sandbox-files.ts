import { idOf, type KubeObject, keyOf } from '../../model/object';
import type { PreviewCluster, PreviewLayer, PreviewRelease } from '../../preview/types';
import { broughtInside, type Inside, layerFolders } from './brought-inside';
import { missingSecrets } from './missing-secrets';

export interface SandboxFiles {
  /** By path in the sandbox's repository. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What the agent starts from: the GitRepository and the Kustomization that applies itself. */
  readonly start: readonly KubeObject[];
}

/**
 * What the sandbox's repository holds: everything the cluster gets, built, with the charts of its releases beside it, and nothing that reaches out.
 * @param cluster with a root, its releases rendered
 */
export async function sandboxFiles(
  cluster: PreviewCluster & Required<Pick<PreviewCluster, 'root'>>,
  to: Pick<Inside, 'url' | 'branch' | 'placeholders'>,
): Promise<SandboxFiles> {
  const files = new Map<string, Buffer>();
  const charts = new Map<string, string>();
  for (const release of cluster.layers.flatMap(({ releases }) => releases)) {
    const folder = chartFolder(release);
    if (folder === undefined) continue;
    charts.set(`${release.namespace}/${release.name}`, folder);
    await addChart(files, folder, release);
  }

  const { root } = cluster;
  const objects = cluster.layers.flatMap((layer) => layer.objects.map(({ object }) => object));
  const rootSource = objects.find(
    ({ kind, metadata }) => kind === root.source.kind && metadata.name === root.source.name && metadata.namespace === root.source.namespace,
  );
  const layers = layerFolders(cluster);
  const inside: Inside = { ...to, root, layers, charts, source: rootSource?.spec as Inside['source'] };
  const start: KubeObject[] = [];
  const placed = cluster.layers.flatMap((layer) => {
    const folder = layers.get(keyOfLayer(layer));
    return folder === undefined ? [] : [{ folder, objects: layer.objects.flatMap(({ object }) => broughtInside(object, inside) ?? []), layer }];
  });
  for (const secret of to.placeholders ? missingSecrets([...placed.flatMap((one) => one.objects), ...renderedObjects(cluster)]) : [])
    (placed.find(({ layer }) => layer.namespaces.includes(secret.metadata.namespace ?? '')) ?? placed[0])?.objects.push(secret);

  for (const { folder, objects: all } of placed)
    for (const object of all) files.set(`${folder}/${fileName(object)}`, Buffer.from(JSON.stringify(object)));
  // A folder without files is none.
  for (const { folder, objects: all } of placed) if (all.length === 0) files.set(`${folder}/.keep`, Buffer.alloc(0));
  for (const object of placed.flatMap((one) => one.objects)) if (isStart(object, root)) start.push(object);
  return { files, start };
}

function chartFolder({ chart, chartFiles }: PreviewRelease): string | undefined {
  if (chart === undefined || chartFiles === undefined) return undefined;
  return `charts/${chart.name}-${chart.version}-${chartFiles.digest.slice(-12)}`;
}

async function addChart(files: Map<string, Buffer>, folder: string, { chartFiles }: PreviewRelease): Promise<void> {
  if (chartFiles === undefined || files.has(`${folder}/Chart.yaml`)) return;
  const bytes = await chartFiles.read(chartFiles.files.map(({ digest }) => digest));
  for (const [index, { path }] of chartFiles.files.entries()) files.set(`${folder}/${path}`, bytes[index]);
}

function renderedObjects({ layers }: PreviewCluster): KubeObject[] {
  return layers.flatMap(({ releases }) => releases.flatMap(({ objects, hooks }) => [...objects, ...hooks].map(({ object }) => object)));
}

function isStart({ kind, metadata }: KubeObject, { source, namespace, name }: NonNullable<PreviewCluster['root']>): boolean {
  const isNamed = (wanted: { kind: string; namespace: string; name: string }) =>
    kind === wanted.kind && metadata.name === wanted.name && metadata.namespace === wanted.namespace;
  return isNamed(source) || isNamed({ kind: 'Kustomization', namespace, name });
}

function keyOfLayer({ kustomization }: PreviewLayer): string {
  return `${kustomization?.namespace}/${kustomization?.name}`;
}

/** Objects are told apart by more than what file names may hold. */
function fileName(object: KubeObject): string {
  return `${keyOf(idOf(object))
    .split('/')
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('_')}.yaml`;
}
