import type { Content } from '../model/content';
import type { KubeObject } from '../model/object';

/** A chart that was published. */
export interface LibraryChart {
  /** As it was published: of the archive in an HTTP repository, of the manifest in an OCI registry. */
  readonly digest: string;
  readonly version: string;
  /** Its files, without the folder around them. Fetched when they are asked for. */
  content(): Promise<Content>;
}

/** Charts that are no part of the tree. */
export interface ChartLibrary {
  /** @throws the FL11 errors, ChartNotCached */
  published(repository: KubeObject, chart: string, range: string, digest?: string): Promise<LibraryChart>;
  /** What an OCIRepository holds. @throws the FL11 errors, ChartNotCached */
  artifact(repository: KubeObject): Promise<LibraryChart>;
}
