import { Authorization } from '../../oci/authorization';
import { Transport } from '../../oci/transport';
import type { Reconciler, Runtime } from '../runtime/types';
import { followArtifacts } from './dependents';
import { GitRepositoryReconciler } from './git-repository-reconciler';
import { GitSources } from './git-sources';
import { HelmChartReconciler } from './helm-chart-reconciler';
import { HelmRepositories } from './helm-repositories';
import { HelmRepositoryReconciler } from './helm-repository-reconciler';
import { OCIRepositoryReconciler } from './oci-repository-reconciler';
import { OciSources } from './oci-sources';
import { SourceRegistry } from './source-registry';
import type { ChartCatalog } from './types';

export interface SourceOptions {
  /** Host keys of Git servers, for Secrets that have none. @default - those of the large forges */
  readonly knownHosts?: string;
  /** Keys of Git should let us write. @default true */
  readonly pushes?: boolean;
}

export interface SourceRoom {
  readonly reconcilers: readonly Reconciler[];
  /** What the builders of objects and charts read. */
  readonly sources: SourceRegistry;
  /** Mirrors of GitRepositories, for what writes to them. */
  readonly git: GitSources;
  /** Versions of charts in HelmRepositories. */
  readonly charts: ChartCatalog;
  close(): void;
}

/**
 * Sources: what fetches them, and what others read of them. New revisions wake those who do.
 * @param authorization shared by all who ask registries; closed with the room
 */
export function createSourceRoom(runtime: Runtime, authorization = new Authorization(new Transport()), options: SourceOptions = {}): SourceRoom {
  const git = new GitSources(runtime, options.knownHosts);
  const charts = new HelmRepositories(runtime, authorization);
  const artifacts = new OciSources(runtime, authorization);
  const sources = new SourceRegistry();
  sources.register('GitRepository', git);
  sources.register('HelmRepository', charts);
  sources.register('OCIRepository', artifacts);
  followArtifacts(runtime, ['GitRepository', 'HelmRepository', 'HelmChart', 'OCIRepository']);
  const reconcilers: Reconciler[] = [
    new GitRepositoryReconciler(runtime, git, options.pushes ?? true),
    new HelmRepositoryReconciler(runtime, charts),
    new HelmChartReconciler(runtime, sources),
    new OCIRepositoryReconciler(runtime, artifacts),
  ];
  const close = () => {
    git.close();
    authorization.transport.close();
  };
  return { reconcilers, sources, git, charts, close };
}
