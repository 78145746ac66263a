import type { ReleaseTarget } from '../../objects/release-target';
import { refOf } from '../runtime/ref';
import type { Ref, RequestReconcile, TargetCluster } from '../runtime/types';
import type { HelmRelease } from './helm-release';
import { ReleaseStorage } from './storage';

/** What is known of one cluster as one identity sees it. */
interface InCluster {
  readonly byNamespace: Map<string, ReleaseStorage>;
  /** By storage namespace and release. */
  readonly owners: Map<string, Ref>;
}

/** Helm's storage per cluster and identity, and whose releases are in it: a change made by hand wakes their HelmRelease. */
export class Storages {
  private readonly stopped = new AbortController();
  private readonly byClient = new WeakMap<object, InCluster>();

  constructor(private readonly requestReconcile: RequestReconcile) {}

  /** An impersonated identity may see no more than the release's own storage namespace. */
  of(cluster: TargetCluster, object: HelmRelease, target: ReleaseTarget, isImpersonated: boolean): ReleaseStorage {
    const namespace = isImpersonated ? target.storageNamespace : undefined;
    const inCluster: InCluster = this.byClient.get(cluster.client) ?? { byNamespace: new Map(), owners: new Map() };
    this.byClient.set(cluster.client, inCluster);
    const { byNamespace, owners } = inCluster;
    owners.set(`${target.storageNamespace}/${target.name}`, refOf(object));
    const known = byNamespace.get(namespace ?? '');
    if (known !== undefined) return known;
    const storage = new ReleaseStorage(
      cluster.client,
      namespace,
      (storageNamespace, release) => {
        const owner = owners.get(`${storageNamespace}/${release}`);
        if (owner !== undefined) this.requestReconcile(owner, 'storage');
      },
      this.stopped.signal,
    );
    byNamespace.set(namespace ?? '', storage);
    return storage;
  }

  /** Ends every watch. */
  close(): void {
    this.stopped.abort(new DOMException('the agent stops', 'AbortError'));
  }
}
