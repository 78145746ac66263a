import { kinds } from '../model/kinds';
import { apiVersionOf, type KubeObject, type ObjectId } from '../model/object';

/** Of `spec` what says how a cluster begins. */
interface FluxInstanceSpec {
  readonly sync?: Sync;
  readonly kustomize?: { readonly patches?: readonly Patch[] };
}

interface Sync {
  /** @default - the namespace of the FluxInstance */
  readonly name?: string;
  readonly kind: string;
  /** Of a Bucket its endpoint. */
  readonly url: string;
  /** `refs/heads/main` of a GitRepository, a tag of an OCIRepository, the name of a Bucket. */
  readonly ref: string;
  readonly path: string;
  /** @default 1m */
  readonly interval?: string;
  readonly pullSecret?: string;
  readonly provider?: string;
}

/** As kustomize has them. */
export interface Patch {
  readonly patch?: string;
  readonly target?: { readonly kind?: string } | null;
}

/** What a cluster begins with. */
export interface InstanceSync {
  readonly source: KubeObject;
  readonly kustomization: KubeObject;
  /** What the FluxInstance changes of these two, by its `spec.kustomize.patches`. */
  readonly patches: readonly Patch[];
}

const GROUP = 'fluxcd.controlplane.io';
/** Where Flux Operator is installed, and the only FluxInstance of a cluster with it. */
const NAMESPACE = 'flux-system';
const BUCKET = { group: kinds.GitRepository.group, version: 'v1', kind: 'Bucket' };
const SOURCES = new Map([kinds.GitRepository, kinds.OCIRepository, BUCKET].map((one) => [one.kind as string, one]));

export function isFluxInstance({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return group === GROUP && kind === 'FluxInstance';
}

/**
 * What Flux Operator makes of a FluxInstance for the cluster to begin with; undefined where it has no sync, or one that no API server takes.
 * @see https://fluxoperator.dev/docs/instance/sync/
 */
export function instanceSync({ metadata, spec }: KubeObject): InstanceSync | undefined {
  const { sync, kustomize } = (spec ?? {}) as FluxInstanceSpec;
  const kind = SOURCES.get(sync?.kind ?? '');
  if (!sync || kind === undefined) return undefined;
  const namespace = metadata.namespace ?? NAMESPACE;
  const named = { name: sync.name || namespace, namespace };
  if ([sync.url, sync.ref, sync.path, named.name, namespace].some((one) => typeof one !== 'string')) return undefined;
  const source = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: named,
    spec: {
      interval: sync.interval ?? '1m',
      ...placeOf(sync),
      ...(sync.pullSecret && { secretRef: { name: sync.pullSecret } }),
      ...(sync.provider && { provider: sync.provider }),
    },
  };
  const kustomization = {
    apiVersion: apiVersionOf(kinds.Kustomization),
    kind: kinds.Kustomization.kind,
    metadata: named,
    spec: { interval: '10m', path: sync.path, prune: true, sourceRef: { kind: kind.kind, name: named.name } },
  };
  const patches = Array.isArray(kustomize?.patches) ? (kustomize.patches as readonly (Patch | null)[]) : [];
  const mine = patches.filter((patch) => patch !== null && [source, kustomization].some((made) => mayChange(patch, made.kind)));
  return { source, kustomization, patches: mine as readonly Patch[] };
}

function placeOf({ kind, url, ref }: Sync) {
  if (kind === BUCKET.kind) return { endpoint: url, bucketName: ref };
  return { url, ref: kind === kinds.GitRepository.kind ? { name: ref } : { tag: ref } };
}

/** Most patches are of the controllers. One without a target names the kind that it changes, and fails where there is none. */
function mayChange({ target, patch }: Patch, kind: string): boolean {
  if (!target) return typeof patch === 'string' && new RegExp(`^kind: *["']?${kind}["']?\\s*$`, 'm').test(patch);
  if (typeof target.kind !== 'string' || target.kind === '') return true;
  try {
    return new RegExp(`^(?:${target.kind})$`).test(kind);
  } catch {
    return false;
  }
}
