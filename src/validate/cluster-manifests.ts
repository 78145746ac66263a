import { errors, type FairleadError } from '../common/errors';
import type { SourceRef } from '../model/source-ref';
import type { PreviewCluster, PreviewLayer, PreviewObject, PreviewRelease } from '../preview/types';
import type { ReleaseOrigin } from './finding';
import { type Manifest, metadataOf } from './manifest';

/** What one cluster gets: its objects are judged together. */
export interface ClusterManifests {
  readonly name: string;
  /** Such as `1.36`. @default - the manifests do not say */
  readonly kubernetesVersion?: string;
  readonly manifests: readonly Manifest[];
  readonly releases: readonly PreviewRelease[];
  /** Default values of the charts of its releases, by `dev/podinfo`. */
  readonly defaults: ReadonlyMap<string, unknown>;
  /** What could not be built or rendered, and where. */
  readonly problems: readonly ClusterProblem[];
  /** Sources that the manifests are read from. @default - none */
  readonly sources?: readonly SourceRef[];
  /** Of other clusters, among which may be what these name. @default - none */
  readonly beside?: readonly Manifest[];
  /** Its Kustomizations say what belongs to it. Else it is a folder that anybody may apply any part of. */
  readonly isWhole: boolean;
}

export interface ClusterProblem {
  readonly error: FairleadError;
  readonly file: string;
  /** Name of the release or Kustomization, as people read it. */
  readonly of: string;
  /** Nothing is wrong with the manifests: something of them is elsewhere. */
  readonly isElsewhere: boolean;
  /** The agent does not do it, but Flux does, so it may be meant. */
  readonly fluxDoes?: 'decrypt' | 'fetch';
}

/** A cluster as previews tell of it. `places` tells where objects stand that kustomize has built. */
export async function clusterManifests(cluster: PreviewCluster, places: Places): Promise<ClusterManifests> {
  const { name, kubernetesVersion, sources, layers } = cluster;
  const releases = layers.flatMap((layer) => layer.releases);
  const isWhole = layers.some(({ kustomization }) => kustomization !== undefined);
  return {
    name,
    kubernetesVersion,
    isWhole,
    sources,
    releases,
    defaults: new Map(
      await Promise.all(releases.map(async (one): Promise<[string, unknown]> => [`${one.namespace}/${one.name}`, await one.defaults?.()])),
    ),
    manifests: [
      ...layers.flatMap((layer) => layer.objects.map((one) => opened(places.of(one), isWhole, layer))),
      ...layers.flatMap((layer) => layer.releases.flatMap((release) => rendered(release, places).map((one) => opened(one, isWhole, layer)))),
    ],
    // Of a folder that nobody applies nobody says that it can be built.
    problems: [...(isWhole ? layers.flatMap(layerProblems) : []), ...releases.flatMap(releaseProblem)],
  };
}

/** Who applies a folder that nobody applies here may set variables in it. */
function opened(manifest: Manifest, isWhole: boolean, { hasUnknownVariables }: PreviewLayer): Manifest {
  return isWhole && !hasUnknownVariables ? manifest : { ...manifest, isOpen: true };
}

function rendered(release: PreviewRelease, places: Places): Manifest[] {
  const { namespace, name, file, chart } = release;
  const document = places.documentOf(file, 'HelmRelease', name);
  const manifest = ({ object, template }: PreviewObject, isHook: boolean): Manifest => {
    const origin: ReleaseOrigin = {
      name: `${namespace}/${name}`,
      ...(chart && { chart: `${chart.name} ${chart.version}` }),
      ...(template !== undefined && { template }),
    };
    return { object, file, document, release: origin, ...(isHook && { isHook }) };
  };
  return [...release.objects.map((one) => manifest(one, false)), ...release.hooks.map((one) => manifest(one, true))];
}

function layerProblems({ problems, path, kustomization }: PreviewLayer): ClusterProblem[] {
  const of = kustomization === undefined ? '' : `Kustomization/${kustomization.namespace}/${kustomization.name}`;
  return problems.map((error) => ({ error, of, file: fileIn(error) ?? path ?? '', isElsewhere: false, fluxDoes: fluxDoes(error) }));
}

/** What Flux does and the agent does not: it decrypts Secrets with SOPS, and fetches bases. */
function fluxDoes({ detail }: FairleadError): ClusterProblem['fluxDoes'] {
  if (detail.includes('is encrypted with SOPS')) return 'decrypt';
  return / remote base \S+ is not fetched/.test(detail) ? 'fetch' : undefined;
}

/** A document that cannot be read is told by its place. */
function fileIn({ detail }: FairleadError): string | undefined {
  return /^(.+?\.(?:ya?ml|json))(?::\d+)?(?:, document \d+)? cannot be read/.exec(detail)?.[1];
}

function releaseProblem({ problem, file, namespace, name }: PreviewRelease): ClusterProblem[] {
  if (problem === undefined) return [];
  return [
    {
      error: problem,
      file,
      of: `HelmRelease/${namespace}/${name}`,
      isElsewhere: isElsewhere(problem),
    },
  ];
}

/** Nobody answers for it here: offline, or without the credentials that the cluster has. */
const UNREACHED = new Set(['FL1101', 'FL1102', 'FL1103', 'FL1104', 'FL1105', 'FL1109', 'FL1114', 'FL1115', 'FL1116']);

function isElsewhere(problem: FairleadError): boolean {
  return UNREACHED.has(problem.code) || errors.ChartNotCached.is(problem) || errors.ChartElsewhere.is(problem);
}

/** Where objects stand, known by what is written in the files themselves. */
export class Places {
  private readonly byFile = new Map<string, Manifest[]>();
  private readonly byName = new Map<string, Manifest[]>();

  constructor(written: readonly Manifest[]) {
    for (const manifest of written) {
      add(this.byFile, manifest.file, manifest);
      add(this.byName, `${manifest.object.kind}/${metadataOf(manifest.object).name}`, manifest);
    }
  }

  /** The object as the cluster gets it, in the file that somebody wrote. Kustomize names its own file, so the one of that name is taken if it is alone. */
  of({ object, file, document }: PreviewObject): Manifest {
    const inFile = (this.byFile.get(file) ?? []).some((one) => one.document === document && one.object.kind === object.kind);
    if (inFile) return { object, file, document };
    const [named, ...others] = this.byName.get(`${object.kind}/${object.metadata.name}`) ?? [];
    return named && others.length === 0 ? { object, file: named.file, document: named.document } : { object, file, document };
  }

  documentOf(file: string, kind: string, name: string): number {
    return this.byFile.get(file)?.find(({ object }) => object.kind === kind && metadataOf(object).name === name)?.document ?? 1;
  }
}

function add(map: Map<string, Manifest[]>, key: string, manifest: Manifest): void {
  const there = map.get(key);
  if (there) there.push(manifest);
  else map.set(key, [manifest]);
}
