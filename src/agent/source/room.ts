import type { Reconciler, Runtime } from '../runtime/types';
import { followArtifacts } from './dependents';
import { GitRepositoryReconciler } from './git-repository-reconciler';
import { GitSources } from './git-sources';
import { SourceRegistry } from './source-registry';

export interface SourceRoom {
  readonly reconcilers: readonly Reconciler[];
  /** What the builders of objects and charts read. */
  readonly sources: SourceRegistry;
  /** Mirrors of GitRepositories, for what writes to them. */
  readonly git: GitSources;
  close(): void;
}

/** Sources: what fetches them, and what others read of them. New revisions wake those who do. */
export function createSourceRoom(runtime: Runtime): SourceRoom {
  const git = new GitSources(runtime);
  const sources = new SourceRegistry();
  sources.register('GitRepository', git);
  followArtifacts(runtime, 'GitRepository');
  return { reconcilers: [new GitRepositoryReconciler(runtime, git) as unknown as Reconciler], sources, git, close: () => git.close() };
}
