import type { KubeObject, ObjectId } from '../model/object';

/** What the API server says of a kind. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** As `po` for Pods. @default - none */
  readonly shortNames?: readonly string[];
}

/** Which objects a list or watch covers. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `metadata`: PartialObjectMetadata only, for kinds whose bodies are large or secret. */
  readonly as?: 'object' | 'metadata';
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  /** The list behind the watch is complete: everything seen before and not since is gone. */
  | { readonly type: 'SYNCED'; readonly keys: ReadonlySet<string> };

export type GroupVersionKind = Pick<ObjectId, 'group' | 'version' | 'kind'>;

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Takes fields from other managers. @default true */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Told what the answer said besides the object. */
  readonly onAnswer?: (answer: ApplyAnswer) => void;
}

export interface ApplyAnswer {
  /** The object did not exist before (201). */
  readonly created: boolean;
  /** The server's clock, its `Date` header. */
  readonly date?: string;
}

export interface DeleteOptions {
  /** @default 'Background' */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Deletes only that very object. */
  readonly uid?: string;
}

/**
 * Speaks to one API server as one identity. Bodies are plain JSON, so no field is ever lost.
 * Every call throws `StatusError` for what the server refuses, and retries by itself only what is safe (429 with its Retry-After, connection resets of reads).
 */
export interface KubeClient {
  /**
   * Discovery, cached; asks again (at most once a second) for a kind it does not know. Undefined: the server has no such kind.
   * `now`: asks even if it asked just before, for a kind that must be there any moment.
   */
  resource(kind: GroupVersionKind, options?: { readonly now?: boolean }): Promise<ApiResource | undefined>;
  /** `group/version` and `group/version/Kind` of everything served, as Helm's capabilities want them. */
  apiVersions(): Promise<readonly string[]>;
  /** The kind that people call so, in any of kubectl's spellings: `po`, `Pods`, `deployments.apps`, `deploy.v1.apps`. Undefined: the server has none. */
  kindCalled(word: string): Promise<GroupVersionKind | undefined>;
  /** For example `v1.36.3`. */
  version(): Promise<string>;

  get<T extends KubeObject = KubeObject>(id: ObjectId, options?: { as?: 'object' | 'metadata' }): Promise<T | undefined>;
  /** Paged by 500. */
  list<T extends KubeObject = KubeObject>(kind: GroupVersionKind, selection?: Selection): Promise<readonly T[]>;
  create<T extends KubeObject = KubeObject>(object: T, options?: { fieldManager?: string }): Promise<T>;
  /** PUT; `object.metadata.resourceVersion` guards it where present. */
  replace<T extends KubeObject = KubeObject>(object: T, options?: { subresource?: string; fieldManager?: string }): Promise<T>;
  /** Server-side apply of exactly these bytes. The answer is the whole object, managedFields included. */
  apply<T extends KubeObject = KubeObject>(id: ObjectId, json: Buffer | string, options: ApplyOptions): Promise<T>;
  patch<T extends KubeObject = KubeObject>(
    id: ObjectId,
    type: 'merge' | 'json',
    body: unknown,
    options?: { subresource?: string; fieldManager?: string },
  ): Promise<T>;
  /** False where it was gone already. */
  delete(id: ObjectId, options?: DeleteOptions): Promise<boolean>;

  /**
   * Lists, then watches for ever: bookmarks, expiry, disconnects and relists (with jitter) are dealt with inside.
   * Ends when the signal aborts. An absent kind (a CRD not there yet) is waited for.
   * `onError` is told of every try that failed (a refusal, a lost server); the watch goes on trying.
   */
  watch(
    kind: GroupVersionKind,
    selection: Selection,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    onError?: (error: Error) => void,
  ): void;

  close(): void;
}
