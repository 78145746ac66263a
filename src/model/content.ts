/** A file of a source, known by what is in it. */
export interface ContentFile {
  /** Relative to the content's root, with `/`. */
  readonly path: string;
  /** Same digest, same bytes: `git:<blob id>` or `sha256:<hex>`. */
  readonly digest: string;
}

/**
 * Files addressed by digest. Whoever consumes it asks only for the bytes it does not have yet,
 * so an unchanged chart or folder never travels twice.
 */
export interface Content {
  /** Same digest, same paths and bytes: `git:<tree id>` or `sha256:<hex>`. */
  readonly digest: string;
  /** Sorted by path. Symlinks and submodules are left out. */
  readonly files: readonly ContentFile[];
  /** Bytes of the given file digests, in that order. */
  read(digests: readonly string[]): Promise<readonly Buffer[]>;
}
