import { refKey, refOf } from '../runtime/ref';
import type { Reconciled, Runtime } from '../runtime/types';
import type { GitRepository } from '../source/git-repository';
import type { ImageUpdateAutomation } from './automation';
import { partOf } from './automation-policies';
import { sourceRefOf } from './automation-target';
import type { ImagePolicy } from './types';

type Part = Pick<Runtime, 'store' | 'requestReconcile'>;

/** From now on what a policy chooses, and a new revision or setting of a GitRepository, wakes the automations that care. */
export function wakeAutomations(runtime: Part): void {
  const changed = changes();
  runtime.store.subscribe('ImagePolicy', (policy, change) => {
    const { status, metadata } = policy as ImagePolicy;
    const { before, isNews } = changed(policy, change === 'deleted' ? undefined : JSON.stringify([status?.latestRef, metadata.labels]));
    if (!isNews) return;
    for (const automation of runtime.store.list<ImageUpdateAutomation>('ImageUpdateAutomation')) {
      const concerns = partOf(automation, policy as ImagePolicy) ?? (before && partOf(automation, before as ImagePolicy));
      if (concerns) runtime.requestReconcile(refOf(automation), 'policy');
    }
  });
  const renewed = changes();
  runtime.store.subscribe('GitRepository', (repository, change) => {
    const { status, metadata } = repository as GitRepository;
    const state = change === 'deleted' ? undefined : JSON.stringify([status?.artifact?.revision, metadata.generation]);
    if (!renewed(repository, state).isNews) return;
    const key = refKey(refOf(repository));
    for (const automation of runtime.store.list<ImageUpdateAutomation>('ImageUpdateAutomation')) {
      if (refKey(sourceRefOf(automation)) === key) runtime.requestReconcile(refOf(automation), 'revision');
    }
  });
}

/** Tells whether what matters of an object is other than when it was last seen. */
function changes(): (object: Reconciled, state: string | undefined) => { readonly before?: Reconciled; readonly isNews: boolean } {
  const seen = new Map<string, { readonly state: string; readonly object: Reconciled }>();
  return (object, state) => {
    const key = refKey(refOf(object));
    const last = seen.get(key);
    if (state === undefined) seen.delete(key);
    else seen.set(key, { state, object });
    return { before: last?.object, isNews: last?.state !== state };
  };
}
