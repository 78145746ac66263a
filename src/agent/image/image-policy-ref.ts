import { refOf } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';
import type { ImagePolicy, ImageRepository } from './types';

/** The ImageRepository whose tags a policy chooses from. */
export function repositoryRefOf({ metadata, spec }: ImagePolicy): Ref {
  const { name, namespace } = spec.imageRepositoryRef;
  return { kind: 'ImageRepository', namespace: namespace || (metadata.namespace ?? ''), name };
}

/** Asks for a visit to every policy of an ImageRepository. One that still learns about tags goes on: it is visited once more after that. */
export function wakePolicies(runtime: Pick<Runtime, 'store' | 'requestReconcile'>, repository: Ref, cause: string): void {
  for (const policy of runtime.store.list<ImagePolicy>('ImagePolicy')) {
    // Most are of others: no reference is made of them.
    if (policy.spec.imageRepositoryRef.name !== repository.name) continue;
    if (repositoryRefOf(policy).namespace === repository.namespace) runtime.requestReconcile(refOf(policy), cause);
  }
}

/** From now on policies are visited when their ImageRepository's spec changes or it goes. What scans find, the scans tell. */
export function followRepositories(runtime: Pick<Runtime, 'store' | 'requestReconcile'>): void {
  const seen = new Map<string, string>();
  runtime.store.subscribe('ImageRepository', (object, change) => {
    const repository = object as ImageRepository;
    const ref = refOf(repository);
    const key = `${ref.namespace}/${ref.name}`;
    const spec = JSON.stringify([repository.metadata.uid, repository.metadata.generation]);
    if (change === 'deleted') seen.delete(key);
    else if (seen.get(key) === spec) return;
    else seen.set(key, spec);
    wakePolicies(runtime, ref, 'dependency');
  });
}
