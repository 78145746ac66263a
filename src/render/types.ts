import type { Content } from '../model/content';
import type { ManifestObject } from '../model/object';

/** A document that could not be read: its siblings still count. */
export interface DocumentError {
  readonly file: string;
  /** Counted from 1. */
  readonly document: number;
  readonly line?: number;
  readonly message: string;
}

export interface ParseResult {
  readonly objects: readonly ManifestObject[];
  readonly errors: readonly DocumentError[];
}

export interface BuildOptions {
  /** Folder with the kustomization, relative to the content's root. */
  readonly path: string;
  /** Overlays of Flux's Kustomization: targetNamespace, namePrefix, nameSuffix, patches, images, components, commonMetadata. Verbatim from its spec. */
  readonly overlay?: Readonly<Record<string, unknown>>;
}

export interface BuildResult {
  readonly objects: readonly ManifestObject[];
  /** Folder that holds every file the build read: while its tree is unchanged, so is the build. */
  readonly scope: string;
}

export interface Capabilities {
  /** For example `v1.36.3`. @default Helm's own default */
  readonly kubeVersion?: string;
  /** All the cluster offers, `group/version` and `group/version/Kind`, and nothing else. @default Helm's own list */
  readonly apiVersions?: readonly string[];
  /** Besides those, as `helm template --api-versions`. */
  readonly extraApiVersions?: readonly string[];
}

/** One value at a path, as in Flux's `valuesFrom` with `targetPath`: `--set` grammar, or literal text. */
export interface ValueSetting {
  readonly path: string;
  readonly value: string;
  readonly literal?: boolean;
}

/** Answers a chart's `lookup`: an object, a list, or undefined for "not found". Under the release's identity. */
export type Lookup = (apiVersion: string, kind: string, namespace: string, name: string) => Promise<object | undefined>;

export interface ChartInfo {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly type?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Default values, as JSON. */
  readonly values: unknown;
  /** `values.schema.json`, as JSON. */
  readonly schema?: unknown;
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly repository: string }[];
}

export interface RenderRequest {
  readonly chart: Content;
  readonly name: string;
  readonly namespace: string;
  /** Revision number; 1 is an install. @default 1 */
  readonly revision?: number;
  readonly isUpgrade?: boolean;
  /** User values, merged already; JSON. */
  readonly values?: unknown;
  /** Set over `values`, and printed by templates as Helm prints `--set`: `mergeValues` cannot tell integers from floats in its JSON. */
  readonly sets?: readonly ValueSetting[];
  readonly capabilities?: Capabilities;
  readonly skipSchemaValidation?: boolean;
  /** Answers `lookup`; without it `lookup` finds nothing, as in `helm template`. */
  readonly lookup?: Lookup;
  /** Flux's postRenderers, verbatim. */
  readonly postRenderers?: readonly unknown[];
  /** Flux's postRenderStrategy. @default 'combined' */
  readonly postRenderStrategy?: 'combined' | 'separate' | 'nohooks';
  /** Flux's commonMetadata, verbatim: runs after the post-renderers. */
  readonly commonMetadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  /** Lets documents pass that are no objects, as `helm template` does; they are not in `objects`. @default false: they fail the render, as in `helm install` */
  readonly lenient?: boolean;
}

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

export interface Hook {
  readonly object: ManifestObject;
  readonly name: string;
  readonly kind: string;
  /** Template it came from. */
  readonly path: string;
  readonly events: readonly HookEvent[];
  readonly weight: number;
  readonly deletePolicies: readonly ('before-hook-creation' | 'hook-succeeded' | 'hook-failed')[];
  /** Its YAML as the template made it; the engine always gives it. */
  readonly manifest?: string;
}

export interface RenderResult {
  readonly chart: Pick<ChartInfo, 'name' | 'version' | 'appVersion' | 'deprecated'>;
  /** As Helm stores it: `---\n# Source: …`, in install order. */
  readonly manifest: string;
  readonly notes: string;
  /** In Helm's install order, without Helm's ownership metadata. */
  readonly objects: readonly ManifestObject[];
  readonly hooks: readonly Hook[];
  readonly crds: readonly ManifestObject[];
  /** Opaque: everything a release record needs; goes into `encodeRelease`. gzip'd JSON. */
  readonly record: Buffer;
}

export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** What changes about a release record in its life. RFC 3339 times. */
export interface ReleaseInfo {
  readonly revision?: number;
  readonly status?: ReleaseStatus;
  readonly description?: string;
  readonly firstDeployed?: string;
  readonly lastDeployed?: string;
  readonly deleted?: string;
  /** `ssa` for what we apply. */
  readonly applyMethod?: string;
  /** Helm's custom labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** By hook name. */
  readonly hookRuns?: Readonly<
    Record<string, { readonly startedAt: string; readonly completedAt?: string; readonly phase: 'Unknown' | 'Running' | 'Succeeded' | 'Failed' }>
  >;
}

export interface DecodedRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly info: Required<Pick<ReleaseInfo, 'status' | 'description' | 'firstDeployed' | 'lastDeployed'>> &
    Pick<ReleaseInfo, 'deleted' | 'applyMethod'>;
  readonly chart: Pick<ChartInfo, 'name' | 'version' | 'appVersion'>;
  /** User values as stored. */
  readonly config: unknown;
  readonly manifest: string;
  readonly objects: readonly ManifestObject[];
  readonly hooks: readonly Hook[];
  /** Flux's digests of it: `sha256:…` as in `status.history[].digest` and `.configDigest`. */
  readonly snapshotDigest: string;
  readonly configDigest: string;
}

/** An edit that a commit message may speak of. */
export interface MessageChange {
  /** From the root of the repository. */
  readonly file: string;
  /** The object in it; its words are empty where the file is none of Kubernetes'. */
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };
  readonly oldValue: string;
  readonly newValue: string;
  /** Marker: `<namespace>:<policy>[:tag]`. */
  readonly setter: string;
}

/** What Flux's message templates are run over: `.AutomationObject`, `.Changed`, `.Values`. */
export interface MessageData {
  readonly automation: { readonly namespace: string; readonly name: string };
  readonly changes: readonly MessageChange[];
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * The Go ecosystem's own code behind one pipe. Pure: no network, no files; same request, same answer.
 * Throws `FairleadError` with the engine's codes (FL6…).
 */
export interface Engine {
  parse(content: Content, options?: { files?: readonly string[] }): Promise<ParseResult>;
  build(content: Content, options: BuildOptions): Promise<BuildResult>;
  inspect(chart: Content): Promise<ChartInfo>;
  render(request: RenderRequest): Promise<RenderResult>;
  /** A new record for storage: the value of `data.release` of Helm's Secret before the Secret's own base64. */
  encodeRelease(record: Buffer, info: ReleaseInfo): Promise<string>;
  /** The stored record with some of its info changed, everything else kept. */
  editRelease(stored: string, change: ReleaseInfo): Promise<string>;
  decodeRelease(stored: string): Promise<DecodedRelease>;
  /** A stored revision as a new record (for rollback). */
  recordOf(stored: string): Promise<Buffer>;
  /** Helm's merge of values files, later ones win; YAML in, JSON out. */
  mergeValues(layers: readonly (string | Buffer)[], sets?: readonly ValueSetting[]): Promise<unknown>;
  /** Flux's config digest of values: `sha256:…`. */
  configDigest(values: unknown): Promise<string>;
  /** `postBuild` substitution over each object. */
  substitute(objects: readonly ManifestObject[], variables: Readonly<Record<string, string>>, options?: { strict?: boolean }): Promise<ParseResult>;
  /**
   * A Go text/template with sprig's functions that depend on nothing else, as Flux's ImageUpdateAutomation runs `messageTemplate`.
   * Throws `MessageTemplateInvalid`, `MessageFieldRemoved`.
   */
  commitMessage(template: string, data: MessageData): Promise<string>;
  /**
   * The templates of a SealedSecret over its opened values, as the sealed-secrets controller runs them: text/template with sprig's functions less
   * `env`, `expandenv` and `getHostByName`. Texts by key. Throws `SecretTemplateInvalid`, whose message has nothing of the values in it.
   */
  secretTemplates(templates: Readonly<Record<string, string>>, values: ReadonlyMap<string, Buffer>): Promise<ReadonlyMap<string, Buffer>>;
  close(): Promise<void>;
}
