import { refOf } from '../runtime/ref';
import type { Ref, RequestReconcile, TargetCluster } from '../runtime/types';
import type { HelmRelease } from './helm-release';
import type { ReleaseTarget } from './release-name';
import { ReleaseStorage } from './storage';

/** Helm's storage per cluster and identity, and whose releases are in it: a change made by hand wakes their HelmRelease. */
export class Storages {
  private readonly stopped = new AbortController();
  private readonly byClient = new WeakMap<object, Map<string, ReleaseStorage>>();
  private readonly owners = new Map<string, Ref>();

  constructor(private readonly requestReconcile: RequestReconcile) {}

  /** An impersonated identity may see no more than the release's own storage namespace. */
  of(cluster: TargetCluster, object: HelmRelease, target: ReleaseTarget): ReleaseStorage {
    const namespace = object.spec.serviceAccountName === undefined ? undefined : target.storageNamespace;
    const byNamespace = this.byClient.get(cluster.client) ?? new Map<string, ReleaseStorage>();
    this.byClient.set(cluster.client, byNamespace);
    this.owners.set(`${target.storageNamespace}/${target.name}`, refOf(object));
    const known = byNamespace.get(namespace ?? '');
    if (known !== undefined) return known;
    const storage = new ReleaseStorage(
      cluster.client,
      namespace,
      (storageNamespace, release) => this.changed(storageNamespace, release),
      this.stopped.signal,
    );
    byNamespace.set(namespace ?? '', storage);
    return storage;
  }

  /** Ends every watch. */
  close(): void {
    this.stopped.abort(new DOMException('the agent stops', 'AbortError'));
  }

  private changed(storageNamespace: string, release: string): void {
    const owner = this.owners.get(`${storageNamespace}/${release}`);
    if (owner !== undefined) this.requestReconcile(owner, 'storage');
  }
}
