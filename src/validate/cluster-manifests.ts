import { errors, type FairleadError } from '../common/errors';
import { kinds } from '../model/kinds';
import type { SourceRef } from '../model/source-ref';
import type { PreviewCluster, PreviewLayer, PreviewObject, PreviewRelease } from '../preview/types';
import type { ReleaseOrigin } from './finding';
import { type Manifest, metadataOf, type RawObject } from './manifest';
import type { Presence } from './references/presence';

/** What one cluster gets: its objects are judged together. */
export interface ClusterManifests {
  readonly name: string;
  /** Such as `1.36`. @default - the manifests do not say */
  readonly kubernetesVersion?: string;
  readonly manifests: readonly Manifest[];
  readonly releases: readonly PreviewRelease[];
  /** Default values of the charts of its releases, by `dev/podinfo`. */
  readonly defaults: ReadonlyMap<string, unknown>;
  /** What releases make of the version to go to, by `dev/podinfo`, where that may be something else. @default - the same */
  readonly upgraded?: ReadonlyMap<string, readonly Manifest[]>;
  /** What could not be built or rendered, and where. */
  readonly problems: readonly ClusterProblem[];
  /** Kustomizations that apply what is elsewhere. @default - none */
  readonly elsewhere?: readonly ElsewhereLayer[];
  /** Files of components for kustomize that nothing takes in. @default - none */
  readonly components?: readonly string[];
  /** Sources that the manifests are read from. @default - none */
  readonly sources?: readonly SourceRef[];
  /** What is beside it, which may go to the same cluster or not. @default - nothing */
  readonly beside?: Beside;
  /** Its Kustomizations say what belongs to it. Else it is a folder that anybody may apply any part of. */
  readonly isWhole: boolean;
}

/** What other manifests of the repository have, of whichever cluster. */
export interface Beside {
  /** May be what these name. */
  readonly presence: Presence;
  /** CustomResourceDefinitions that charts make. */
  readonly definitions: readonly RawObject[];
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
  /** Flux would have to decrypt it, and is not told how. @default false */
  readonly lacksDecryption?: boolean;
  /** Of a folder that nobody applies, and that need not be meant to be. @default false */
  readonly isLoose?: boolean;
  /** Version to go to with which alone it is wrong. @default - it is wrong already */
  readonly against?: string;
}

export interface ElsewhereLayer {
  readonly source: SourceRef;
  /** In the source, as it is written. */
  readonly path: string;
  /** The Kustomization. */
  readonly manifest: Manifest;
}

/**
 * A cluster as previews tell of it.
 * @param places where objects stand that kustomize has built
 * @param against version to go to
 */
export async function clusterManifests(cluster: PreviewCluster, places: Places, against?: string): Promise<ClusterManifests> {
  const { name, kubernetesVersion, sources, layers } = cluster;
  const releases = layers.flatMap((layer) => layer.releases);
  const isWhole = layers.some(({ kustomization }) => kustomization !== undefined);
  const upgraded = against === undefined ? [] : await upgradedReleases(releases, against);
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
    upgraded: new Map(upgraded.flatMap((one) => (one.problem === undefined ? [[`${one.namespace}/${one.name}`, rendered(one, places)]] : []))),
    problems: [
      ...layers.flatMap(layerProblems),
      ...releases.flatMap(releaseProblem),
      ...upgraded.flatMap(releaseProblem).map((problem) => ({ ...problem, against })),
    ],
    elsewhere: layers.flatMap((layer) => elsewhereLayer(layer, places)),
  };
}

/** What does not render at all is told once. */
async function upgradedReleases(releases: readonly PreviewRelease[], against: string): Promise<PreviewRelease[]> {
  const able = releases.filter(({ problem }) => problem === undefined);
  const upgraded = await Promise.all(able.map((release) => release.renderFor?.(against)));
  return upgraded.filter((one) => one !== undefined);
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

function layerProblems({ problems, path, kustomization, decrypts }: PreviewLayer): ClusterProblem[] {
  if (kustomization === undefined) return problems.flatMap((error) => looseProblem(error));
  const of = `Kustomization/${kustomization.namespace}/${kustomization.name}`;
  return problems.map((error): ClusterProblem => {
    const does = fluxDoes(error);
    const lacksDecryption = does === 'decrypt' && !decrypts;
    return { error, of, file: fileIn(error) ?? path ?? '', isElsewhere: false, fluxDoes: does, ...(lacksDecryption && { lacksDecryption }) };
  });
}

/** Of plain files that nobody applies nobody says that they can be read: what is wrong with those is told by themselves. */
function looseProblem(error: FairleadError): ClusterProblem[] {
  const file = /^((?:.*?\/)?[Kk]ustomization(?:\.ya?ml)?) cannot be read/.exec(error.detail)?.[1];
  return file === undefined ? [] : [{ error, of: '', file, isElsewhere: false, isLoose: true }];
}

function elsewhereLayer({ elsewhere, kustomization }: PreviewLayer, places: Places): ElsewhereLayer[] {
  if (elsewhere === undefined || kustomization === undefined) return [];
  const { source, path, file } = elsewhere;
  return [{ source, path, manifest: places.kustomization(kustomization, file) }];
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

/** CustomResourceDefinitions that charts make. */
export function renderedDefinitions(manifests: readonly Manifest[]): RawObject[] {
  return manifests.filter(({ object, release }) => release !== undefined && object.kind === 'CustomResourceDefinition').map(({ object }) => object);
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

  /** A Kustomization as somebody wrote it. */
  kustomization({ namespace, name }: { readonly namespace: string; readonly name: string }, file: string): Manifest {
    const isKustomization = ({ object }: Manifest) => object.kind === kinds.Kustomization.kind && metadataOf(object).name === name;
    const named = this.byName.get(`${kinds.Kustomization.kind}/${name}`) ?? [];
    const written = this.byFile.get(file)?.find(isKustomization) ?? (named.length === 1 ? named[0] : undefined);
    const metadata = { ...(written && metadataOf(written.object)), ...(namespace !== '' && { namespace }), name };
    const { group, version, kind } = kinds.Kustomization;
    return { file, document: 1, ...written, object: { apiVersion: `${group}/${version}`, kind, ...written?.object, metadata } };
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
