import type { Content } from '../../model/content';
import type { SourceRef } from '../../model/source-ref';
import type { ChartRelease } from '../../oci/types';

export type { SourceRef } from '../../model/source-ref';

/** A source's content at one path, at its current revision. */
export interface SourceContent extends Content {
  /** As Flux writes it: `main@sha1:<commit>`. */
  readonly revision: string;
}

/** What sources offer to those who build and render. Each kind of source registers its own. */
export interface Sources {
  /** The revision in storage; undefined while there is none. */
  revision(ref: SourceRef): string | undefined;
  /** Throws `SourceNotReady`, `SourcePathMissing`. Path `.` or empty is the whole tree; of a HelmRepository `<chart>@<range of versions>`. */
  content(ref: SourceRef, path: string): Promise<SourceContent>;
  /** Digest of the tree at a path, cheaply; undefined where the path is missing. */
  digest(ref: SourceRef, path: string): Promise<string | undefined>;
  /** Whether `later` has `earlier` in its history. Sources without history say true. */
  descends(ref: SourceRef, earlier: string, later: string): Promise<boolean>;
}

/** What a HelmRepository has of one chart. */
export interface ChartVersions {
  /** As locks and image policies name it: address without scheme, then the chart, `charts.bitnami.com/bitnami/external-dns`. */
  readonly name: string;
  readonly releases: readonly ChartRelease[];
}

/**
 * Versions of charts in HelmRepositories, for those who choose among them. A new index is a new `status.artifact` of the HelmRepository; registries
 * (type `oci`) are asked each time and tell of nothing by themselves. Throws `SourceNotReady` and the FL11 errors.
 */
export interface ChartCatalog {
  chartVersions(repository: SourceRef, chart: string): Promise<ChartVersions>;
  /** `sha256:…` of a version: of its archive, or in a registry of its manifest. */
  chartDigest(repository: SourceRef, chart: string, version: string): Promise<string>;
}
