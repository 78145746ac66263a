import { errors, FairleadError } from '../common/errors';
import type { ChartLibrary } from '../preview/chart-library';
import { WorkingTree } from '../preview/file-tree';
import { PreviewMemory } from '../preview/preview-memory';
import type { PreviewOptions } from '../preview/preview-options';
import type { Preview } from '../preview/types';
import type { Engine } from '../render/types';
import { type ClusterManifests, type ClusterProblem, clusterManifests, Places, renderedDefinitions } from './cluster-manifests';
import { looseClusters } from './loose-clusters';
import { type KustomizeFolder, kustomizeFolders } from './loose-folders';
import type { ReadTree } from './read-tree';
import { Presence } from './references/presence';
import { servedApis } from './schema/served-apis';

export interface TreeClustersOptions {
  /** Folder that paths are relative to. */
  readonly root: string;
  /** Folder below it to read, with `/`; empty for all of it. */
  readonly folder: string;
  /** @default - what the manifests say, else the newest whose schemas ship */
  readonly kubernetesVersion?: string;
  /** Version one wants to go to: releases are rendered for it too, where that may be something else. */
  readonly against?: string;
  /** Made when there is something to build or render. */
  readonly engine: () => Engine;
  /** Where charts come from that the tree does not hold. */
  readonly charts: ChartLibrary;
}

/** What the clusters get and, where nobody says what that is, what kustomize makes of folders, and the files as they are. */
export async function treeClusters(read: ReadTree, options: TreeClustersOptions): Promise<ClusterManifests[]> {
  if (!read.isBuilt) return [asWritten(read.manifests)];
  const { previewFolder, previewOf } = require('../preview/preview-of') as typeof import('../preview/preview-of');
  const { root, folder, charts, kubernetesVersion, against } = options;
  const tree = new WorkingTree(root);
  let given: PreviewOptions;
  let preview: Preview;
  try {
    given = { engine: options.engine(), charts, kubernetesVersion, apiVersions: servedApis, memory: new PreviewMemory() };
    preview = await previewOf(tree, folder, given);
  } catch (error) {
    // Objects may be too wrong to be built; what is wrong with them is told all the same.
    return [{ ...asWritten(read.manifests), problems: [unbuilt(error, folder)] }];
  }
  const places = new Places(read.manifests);
  const clusters = await Promise.all(preview.clusters.map((cluster) => clusterManifests(cluster, places, against)));
  const sources = clusters.flatMap((cluster) => cluster.sources ?? []);
  const paths = preview.clusters.flatMap(({ layers }) => layers.flatMap(({ path }) => (path === undefined ? [] : [path])));
  const folders = kustomizeFolders(read.texts);
  const made = async (path: string) => clusterManifests(await previewFolder(tree, path, sources, given), places, against);
  const loose = await looseClusters(folders, paths, read.manifests, made);

  const used = new Set([...clusters, ...loose].flatMap(({ manifests }) => manifests.map(({ file }) => file)));
  const left = read.manifests.filter(({ file }) => !used.has(file) && !paths.some((path) => isWithin(file, path)) && !isKustomized(file, folders));
  const alone = left.length === 0 ? loose : [...loose, asWritten(left)];
  if (alone.length === 0) return clusters;
  const all = [...read.manifests, ...[...clusters, ...loose].flatMap(({ manifests }) => manifests)];
  const beside = { presence: new Presence(all, new Set(), sources), definitions: renderedDefinitions(all) };
  return [...clusters, ...alone.map((cluster) => ({ ...cluster, sources, beside }))];
}

function asWritten(manifests: ClusterManifests['manifests']): ClusterManifests {
  return { name: '', manifests: manifests.map((one) => ({ ...one, isOpen: true })), releases: [], defaults: new Map(), problems: [], isWhole: false };
}

function unbuilt(error: unknown, folder: string): ClusterProblem {
  const reason = error instanceof Error ? error.message : String(error);
  const told = error instanceof FairleadError ? error : errors.NotBuilt({ folder: folder || '.', reason }, error);
  return { error: told, file: folder, of: '', isElsewhere: false };
}

/** Pieces that kustomize makes something of are no objects by themselves. */
function isKustomized(file: string, folders: ReadonlyMap<string, KustomizeFolder>): boolean {
  for (let folder = parentOf(file); ; folder = parentOf(folder)) {
    if (folders.has(folder)) return true;
    if (folder === '') return false;
  }
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function isWithin(file: string, folder: string | undefined): boolean {
  return folder === undefined || folder === '' || file === folder || file.startsWith(`${folder}/`);
}
