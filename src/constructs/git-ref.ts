/** What to take of a Git repository. */
export class GitRef {
  /** The newest commit of a branch. */
  public static branch(name: string): GitRef {
    return new GitRef({ branch: name }, name);
  }

  /** A tag. */
  public static tag(name: string): GitRef {
    return new GitRef({ tag: name }, name);
  }

  /** The highest tag in a range of versions. */
  public static semver(range: string): GitRef {
    return new GitRef({ semver: range }, range);
  }

  /** One commit, by its full id. */
  public static commit(id: string): GitRef {
    return new GitRef({ commit: id }, id.slice(0, 12));
  }

  private constructor(
    private readonly fields: { readonly [field: string]: string },
    private readonly label: string,
  ) {}

  /** As `spec.ref` of a GitRepository says it. @internal */
  get _spec(): { readonly [field: string]: string } {
    return this.fields;
  }

  /** For names of objects. @internal */
  get _label(): string {
    return this.label;
  }
}
