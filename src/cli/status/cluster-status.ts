import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { nameOf } from '../../model/object';
import { agentAtWork } from '../live/agent-lease';
import { isAmiss } from '../live/amiss';
import { clusterName, commitOf, isCalled, type LiveLayer, layersOf, releasesOf, sourceRefOf } from '../live/layers';
import { type Note, notesOf } from '../live/notes';
import { readinessOf } from '../live/readiness';
import { suspendedWords } from '../live/suspended';
import { type Why, why } from '../live/why';
import { illOfRelease, imagesOf, workloadsOfLayer, workloadsOfRelease } from '../live/workloads';
import { type Ref, refOf, sameObject, type World } from '../live/world';

/** A cluster as `fairlead status -o json` prints it. */
export interface ClusterStatus {
  /** As the program calls it, where that is known. */
  readonly cluster?: string;
  readonly context?: string;
  /** Why nothing else is known. */
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
  /** Of Kubernetes. */
  readonly version?: string;
  readonly agent?: { readonly holder: string; readonly isAlive: boolean };
  readonly sources?: readonly SourceStatus[];
  readonly layers?: readonly LayerStatus[];
  /** Reasons that things are not ready, each cause once. */
  readonly faults?: readonly Fault[];
  readonly notes?: readonly Note[];
  readonly ready: boolean;
}

export interface SourceStatus {
  readonly name: string;
  readonly url?: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly revision?: string;
  readonly fetchedAt?: string;
}

export interface LayerStatus {
  readonly name: string;
  readonly kustomization: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Commit that was applied last. */
  readonly revision?: string;
  readonly appliedAt?: string;
  readonly suspended?: string;
  readonly images: readonly string[];
  readonly releases: readonly ReleaseStatus[];
}

export interface ReleaseStatus {
  readonly namespace: string;
  readonly name: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Whether what it made runs as it should now. */
  readonly healthy: boolean;
  /** Of Helm. */
  readonly revision?: number;
  readonly chart?: string;
  readonly deployedAt?: string;
  readonly images: readonly string[];
  readonly suspended?: string;
}

/** One cause, and everything that is not ready by it. */
export interface Fault extends Why {
  readonly of: readonly string[];
}

interface Source extends KubeObject {
  readonly spec?: { readonly url?: string };
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

interface Release extends KubeObject {
  readonly status?: {
    readonly history?: readonly {
      readonly version: number;
      readonly chartName: string;
      readonly chartVersion: string;
      readonly lastDeployed: string;
    }[];
  };
}

/** The state of a cluster, or of one environment of it. */
export function clusterStatus(
  world: World,
  environment?: string,
): Pick<ClusterStatus, 'agent' | 'cluster' | 'sources' | 'layers' | 'faults' | 'notes' | 'ready'> {
  const all = layersOf(world.objects);
  const chosen = environment === undefined ? all : all.filter((layer) => isCalled(layer, environment));
  const agent = agentAtWork(world);
  const cluster = clusterName(world);
  const faults = faultsOf(chosen, world, environment === undefined);
  const isThere = chosen.length > 0 || (environment === undefined && everything(world).length > 0);
  const notes = environment === undefined ? notesOf(world) : notesOf(world).filter(({ of }) => concerns(of, chosen, world));
  return {
    ...(cluster !== undefined && { cluster }),
    ...(agent !== undefined && { agent: { holder: agent.holder, isAlive: agent.isAlive } }),
    sources: sourcesOf(chosen, world),
    layers: chosen.map((layer) => layerStatus(layer, world)),
    faults,
    notes,
    // Of nothing, it cannot be said that it runs.
    ready: isThere && faults.length === 0 && notes.every(({ level }) => level !== 'fail'),
  };
}

function layerStatus(layer: LiveLayer, world: World): LayerStatus {
  const { kustomization, name } = layer;
  const { lastAppliedRevision: revision, history = [] } = kustomization.status ?? {};
  const appliedAt = history.find(({ metadata }) => commitOf(metadata?.revision) === commitOf(revision))?.lastReconciled;
  const suspended = suspendedWords(kustomization, world);
  return {
    name,
    kustomization: `${kustomization.metadata.namespace}/${kustomization.metadata.name}`,
    ready: readinessOf(kustomization).status,
    ...(revision !== undefined && { revision }),
    ...(appliedAt !== undefined && { appliedAt }),
    ...(suspended !== undefined && { suspended }),
    images: imagesIn(workloadsOfLayer(kustomization, world.objects)),
    releases: releasesOf(layer, world.objects).map((release) => releaseStatus(release as Release, world)),
  };
}

function releaseStatus(release: KubeObject, world: World): ReleaseStatus {
  const [latest] = (release as Release).status?.history ?? [];
  const workloads = workloadsOfRelease(release, world.objects);
  const suspended = suspendedWords(release, world);
  return {
    namespace: release.metadata.namespace ?? '',
    name: release.metadata.name,
    ready: readinessOf(release).status,
    healthy: illOfRelease(release, world).length === 0,
    ...(latest !== undefined && { revision: latest.version, chart: `${latest.chartName}@${latest.chartVersion}`, deployedAt: latest.lastDeployed }),
    images: imagesIn(workloads),
    ...(suspended !== undefined && { suspended }),
  };
}

function imagesIn(workloads: readonly KubeObject[]): string[] {
  return [...new Set(workloads.flatMap(imagesOf))].sort();
}

function sourcesOf(layers: readonly LiveLayer[], { objects }: World): SourceStatus[] {
  const refs = new Map(layers.map(({ kustomization }) => [nameOf(sourceRefOf(kustomization)), sourceRefOf(kustomization)]));
  return [...refs.values()].flatMap((ref) => {
    const source = objects.get<Source>(ref);
    if (source === undefined) return [];
    const { revision, lastUpdateTime } = source.status?.artifact ?? {};
    return {
      name: ref.name,
      ...(source.spec?.url !== undefined && { url: source.spec.url }),
      ready: readinessOf(source).status,
      ...(revision !== undefined && { revision }),
      ...(lastUpdateTime !== undefined && { fetchedAt: lastUpdateTime }),
    };
  });
}

/** What is not ready, by its cause. In a whole cluster also what no layer waits for: image objects, sealed secrets, what was applied by hand. */
function faultsOf(layers: readonly LiveLayer[], world: World, isWhole: boolean): Fault[] {
  const unready = isWhole ? everything(world) : layers.flatMap((layer) => [layer.kustomization, ...ofLayer(layer, world)]);
  const faults: Fault[] = [];
  for (const object of unready.filter((one) => isAmiss(one, world))) {
    const found = why(object, world);
    const of = nameOf(refOf(object));
    const at = faults.findIndex(({ root }) => sameObject(root, found.root));
    if (at < 0) faults.push({ ...found, of: [of] });
    // The one nearest to the cause tells it best.
    else if (found.sentence.length < faults[at].sentence.length) faults[at] = { ...found, of: [of, ...faults[at].of] };
    else faults[at] = { ...faults[at], of: [...faults[at].of, of] };
  }
  return faults;
}

function everything({ objects }: World): KubeObject[] {
  return Object.values(kinds).flatMap(({ kind }) => objects.list(kind));
}

function ofLayer(layer: LiveLayer, { objects }: World): KubeObject[] {
  const namespaces = new Set(releasesOf(layer, objects).map(({ metadata }) => metadata.namespace));
  const sealed = objects.list(kinds.SealedSecret.kind).filter(({ metadata }) => namespaces.has(metadata.namespace));
  return [...releasesOf(layer, objects), ...sealed];
}

function concerns(of: string, layers: readonly LiveLayer[], { objects }: World): boolean {
  if (!of.includes('/')) return true;
  const refs: Ref[] = layers.flatMap((layer) => [
    refOf(layer.kustomization),
    sourceRefOf(layer.kustomization),
    ...releasesOf(layer, objects).map(refOf),
  ]);
  return refs.some((ref) => nameOf(ref) === of);
}
