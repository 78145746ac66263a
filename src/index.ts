export { Duration } from 'cdk8s';
export { Automation, type CommitAuthor, type CommitOptions, type CommitSigning } from './constructs/automation';
export { ChartSource } from './constructs/chart-source';
export { ChartVersion, type LockedChartOptions } from './constructs/chart-version';
export { Cluster, type ClusterProps } from './constructs/cluster';
export type { IDependency, ObjectReference } from './constructs/dependency';
export { Environment, type EnvironmentProps } from './constructs/environment';
export type { GitChartProps } from './constructs/git-chart';
export { GitRef } from './constructs/git-ref';
export { HelmRelease, type HelmReleaseProps } from './constructs/helm-release';
export { HelmRepository, type HelmRepositoryProps } from './constructs/helm-repository';
export { ImagePolicy, type ImagePolicyProps, type ImageValues } from './constructs/image-policy';
export { ImageSelection, type OrderOptions, type TagOptions, TagOrder } from './constructs/image-selection';
/** Constructs of Flux's kinds, one to one: where a field is needed that the others do not have. */
export * as flux from './constructs/imports';
/** The same of Bitnami's SealedSecret. */
export * as bitnami from './constructs/imports/sealed-secrets';
export { Layer, type LayerProps } from './constructs/layer';
export type { NamespaceOptions } from './constructs/namespace';
export { NamespaceScope, type NamespaceScopeProps } from './constructs/namespace-scope';
export { Platform, type PlatformProps } from './constructs/platform';
export { CrdPolicy, DriftDetection, type ReleaseActionOptions, type ReleaseOptions } from './constructs/release-options';
export { type GitRepositoryOptions, Repository } from './constructs/repository';
export { type RegexpOptions, TagFilter } from './constructs/tag-filter';
export { Team, type TeamProps } from './constructs/team';
export { type DeepPartial, Values } from './constructs/values';
export { ValuesFrom, type ValuesFromOptions } from './constructs/values-from';
