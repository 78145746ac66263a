import type { Content } from '../../model/content';

export interface SourceRef {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** A source's content at one path, at its current revision. */
export interface SourceContent extends Content {
  /** As Flux writes it: `main@sha1:<commit>`. */
  readonly revision: string;
}

/** What sources offer to those who build and render. Each kind of source registers its own. */
export interface Sources {
  /** The revision in storage; undefined while there is none. */
  revision(ref: SourceRef): string | undefined;
  /** Throws `SourceNotReady`, `SourcePathMissing`. Path `.` or empty is the whole tree. */
  content(ref: SourceRef, path: string): Promise<SourceContent>;
  /** Digest of the tree at a path, cheaply; undefined where the path is missing. */
  digest(ref: SourceRef, path: string): Promise<string | undefined>;
  /** Whether `later` has `earlier` in its history. Sources without history say true. */
  descends(ref: SourceRef, earlier: string, later: string): Promise<boolean>;
}
