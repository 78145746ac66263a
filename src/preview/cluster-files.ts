import { isClusterScoped } from '../model/kind-scopes';
import { kinds } from '../model/kinds';
import type { KubeObject, ManifestObject, ObjectId } from '../model/object';
import type { SourceRef } from '../model/source-ref';
import { objectOf } from './preview-object';

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

interface GitSpec {
  readonly url?: string;
  readonly ref?: { readonly name?: string; readonly branch?: string };
}

type Named = Pick<ObjectId, 'kind' | 'namespace' | 'name'>;

/** Everything that is in the files of one cluster, for what refers to it. Objects are read when they are asked for. */
export class ClusterFiles {
  private readonly objects = new Map<string, ManifestObject>();
  private readonly read = new Map<string, KubeObject>();
  private readonly definitions: ManifestObject[] = [];

  add(objects: readonly ManifestObject[]): void {
    for (const object of objects) {
      this.objects.set(keyOf(object), object);
      if (isDefinition(object)) this.definitions.push(object);
    }
  }

  get(named: Named): KubeObject | undefined {
    const key = keyOf(named);
    const known = this.read.get(key);
    const manifest = this.objects.get(key);
    if (known !== undefined || manifest === undefined) return known;
    const object = objectOf(manifest);
    this.read.set(key, object);
    return object;
  }

  ofKind({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): KubeObject[] {
    return [...this.objects.values()].filter((object) => object.group === group && object.kind === kind).flatMap((object) => this.get(object) ?? []);
  }

  /** What CRDs of these files, and of charts that its releases install, let a cluster offer. */
  crds(): KubeObject[] {
    return this.definitions.map(objectOf);
  }
}

/** Sources that mean the tree itself: what the root reads, under whatever name. */
export function isSameSource(files: ClusterFiles, root: SourceRef, other: SourceRef): boolean {
  if (keyOf(root) === keyOf(other)) return true;
  if (other.kind !== kinds.GitRepository.kind) return false;
  const [a, b] = [files.get(root), files.get(other)].map((object) => object?.spec as GitSpec | undefined);
  return a !== undefined && b !== undefined && a.url === b.url && JSON.stringify(refOf(a)) === JSON.stringify(refOf(b));
}

/** What a GitRepository follows. A full name counts for all else that is said, and may be that of a branch. */
export function refOf({ ref }: GitSpec): GitSpec['ref'] {
  if (!ref?.name) return ref;
  const branch = /^refs\/heads\/(.+)$/.exec(ref.name)?.[1];
  return branch === undefined ? { name: ref.name } : { branch };
}

export function isDefinition({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

/** `group/version` and `group/version/Kind` of what definitions serve, sorted. */
export function servedBy(definitions: readonly KubeObject[]): string[] {
  const served = (definitions as readonly Definition[]).flatMap(({ spec }) =>
    // What the API server would refuse offers nothing.
    (Array.isArray(spec?.versions) ? spec.versions : [])
      .filter((version) => version?.served)
      .flatMap(({ name }) => [`${spec.group}/${name}`, `${spec.group}/${name}/${spec.names?.kind}`]),
  );
  return [...new Set(served)].sort();
}

/** Whether objects of a kind are in no namespace, as definitions or else Kubernetes say. */
export function scopesOf(definitions: readonly KubeObject[]): (id: Pick<ObjectId, 'group' | 'kind'>) => boolean {
  const known = new Map((definitions as readonly Definition[]).map(({ spec }) => [`${spec?.group}/${spec?.names?.kind}`, spec?.scope === 'Cluster']));
  return (id) => known.get(`${id.group}/${id.kind}`) ?? isClusterScoped(id);
}

function keyOf({ kind, namespace, name }: Named): string {
  return `${kind}/${namespace}/${name}`;
}
