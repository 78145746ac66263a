/** What lets us in at a registry or a chart repository. Kept in memory; never in messages. */
export interface RegistryAccess {
  readonly username?: string;
  readonly password?: string;
  /** In place of username and password: a refresh token of the registry, as docker's `identitytoken`. */
  readonly identityToken?: string;
  /** In place of all of them: sent as it is, as docker's `registrytoken`. */
  readonly bearerToken?: string;
  /** Certificate authorities in PEM, besides the usual ones, as in Flux: what a registry redirects to is often elsewhere. */
  readonly certificateAuthority?: string;
  /** Client certificate and its key in PEM. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** Plain HTTP; HTTPS where the registry speaks that alone. */
  readonly insecure?: boolean;
  /** HTTP proxy, credentials included. */
  readonly proxy?: string;
  /** Credentials of a chart repository go along to other hosts its index names. @default false, as Helm's --pass-credentials */
  readonly passCredentials?: boolean;
  /** Where it came from, for remedies: `flux-system/registry`. */
  readonly secret?: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** For each request. @default 60 s */
  readonly timeoutMs?: number;
}

/** What a registry says of one tag. */
export interface ImageInfo {
  /** Of what the tag points at: the manifest or, of several platforms, the index. `sha256:…` */
  readonly digest: string;
  /** When it was built: the config's `created`, else `org.opencontainers.image.created`. Absent: neither says so (or says the epoch). */
  readonly created?: Date;
}

/** The tags of a repository, and what tells them from others. */
export interface ListedTags {
  /** In the order the registry gives them. */
  readonly tags: readonly string[];
  /** For `changedTags`: equal ones, equal tags. */
  readonly digest: string;
}

/** One repository of an OCI registry, such as `docker.io/stefanprodan/podinfo`. Throws the FL11 errors. */
export interface ImageRegistry {
  /** All tags, pages followed, in the order the registry gives them. */
  tags(options?: RequestOptions): Promise<readonly string[]>;
  /** The same, unless they are those of an earlier digest: undefined then, which costs little. */
  changedTags(since: string | undefined, options?: RequestOptions): Promise<ListedTags | undefined>;
  /** What a tag points at, by HEAD. Undefined where the tag is gone. */
  digest(tag: string, options?: RequestOptions): Promise<string | undefined>;
  /** Undefined where the tag is gone. */
  info(tag: string, options?: RequestOptions): Promise<ImageInfo | undefined>;
}

/** One version of a chart in a repository. */
export interface ChartRelease {
  readonly version: string;
  /** `sha256:…`: of the archive in an HTTP repository, of the manifest in an OCI registry (there known only once asked for). */
  readonly digest?: string;
  readonly created?: string;
  readonly deprecated?: boolean;
}

/** A repository of charts: an HTTP one with an index, or a part of an OCI registry. Throws the FL11 errors. */
export interface ChartRepository {
  /** All versions of a chart; empty where it has none. An index is read once, whoever asks. */
  versions(chart: string, options?: RequestOptions): Promise<readonly ChartRelease[]>;
  /** The chart's archive, checked against its digest; from the cache where it is there. `digest` is as in `ChartRelease`. */
  archive(chart: string, version: string, options?: RequestOptions & { readonly digest?: string }): Promise<{ bytes: Buffer; digest: string }>;
}
