import { errors, FairleadError } from '../common/errors';
import { kinds } from '../model/kinds';
import { splitApiVersion } from '../model/object';
import type { ClusterManifests, ClusterProblem } from './cluster-manifests';
import { below, type KustomizeFolder, looseFolders } from './loose-folders';
import { isMap, type Manifest } from './manifest';

/**
 * What kustomize makes of folders that nobody applies, each by itself: nobody knows which of them go to one cluster.
 * @param applied folders that Kustomizations apply
 * @param make what a folder makes
 */
export async function looseClusters(
  folders: ReadonlyMap<string, KustomizeFolder>,
  applied: readonly string[],
  written: readonly Manifest[],
  make: (folder: string) => Promise<ClusterManifests>,
): Promise<ClusterManifests[]> {
  const loose = looseFolders(folders, applied, componentsOf(written));
  const made = loose.map(async (folder): Promise<ClusterManifests> => {
    const { file, isComponent } = folders.get(folder) as KustomizeFolder;
    if (isComponent) return { ...NOTHING, components: [file] };
    try {
      return { ...(await make(folder)), name: '' };
    } catch (error) {
      return { ...NOTHING, problems: [problem(file, error)] };
    }
  });
  return await Promise.all(made);
}

const NOTHING: ClusterManifests = { name: '', manifests: [], releases: [], defaults: new Map(), problems: [], isWhole: false };

function problem(file: string, error: unknown): ClusterProblem {
  const reason = error instanceof Error ? error.message : String(error);
  const told = error instanceof FairleadError ? error : errors.NotBuilt({ folder: file, reason }, error);
  return { error: told, file, of: '', isElsewhere: false, isLoose: true };
}

/** Components that Kustomizations of Flux put on top of their folders. */
function componentsOf(written: readonly Manifest[]): string[] {
  return written.flatMap(({ object: { apiVersion, kind, spec } }) => {
    const isKustomization = kind === kinds.Kustomization.kind && splitApiVersion(apiVersion).group === kinds.Kustomization.group;
    if (!isKustomization || !isMap(spec) || !Array.isArray(spec.components)) return [];
    const folder = typeof spec.path === 'string' ? below('', spec.path) : '';
    return spec.components.filter((one) => typeof one === 'string').map((one) => below(folder, one));
  });
}
