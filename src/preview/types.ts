import type { FairleadError } from '../common/errors';
import type { Content } from '../model/content';
import type { KubeObject, ObjectId } from '../model/object';
import type { SourceRef } from '../model/source-ref';

/** An object as a cluster would get it. */
export interface PreviewObject {
  readonly id: ObjectId;
  /** Parsed; numbers past 2^53 are not exact. */
  readonly object: KubeObject;
  /** File it is written in, from the root of the tree; of a rendered object the file of its HelmRelease. */
  readonly file: string;
  /** Document in the file, counted from 1. */
  readonly document: number;
  /** Template of the chart that a rendered object comes from: `podinfo/templates/deployment.yaml`. */
  readonly template?: string;
}

/** A HelmRelease and what its chart makes of it. */
export interface PreviewRelease {
  /** Of the HelmRelease object. */
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  /** Name of the release in Helm's storage, and the namespace it goes to. */
  readonly releaseName: string;
  readonly releaseNamespace: string;
  readonly chart?: { readonly name: string; readonly version: string };
  /**
   * Digest of all it is rendered from: equal digests, equal objects, also of two trees. Known before anything is rendered;
   * undefined only with a `problem`.
   */
  readonly inputs?: string;
  /** Digest of all that the files say of it, the source of its chart included: what there is of one whose chart cannot be had. */
  readonly written?: string;
  /** User values, merged from valuesFrom and values. */
  readonly values?: unknown;
  /** Default values of the chart, read when somebody asks for them; undefined where the chart cannot be read. Never rejects. */
  defaults?(): Promise<unknown>;
  /** CRDs of the chart first, where they are applied; then in install order, with Helm's and Flux's labels as the agent applies them. */
  readonly objects: readonly PreviewObject[];
  /** In the order of the chart. */
  readonly hooks: readonly PreviewObject[];
  /** Why there are none: the chart cannot be had or does not render. */
  readonly problem?: FairleadError;
  /** What is not as it will be in the cluster: values from Secrets are left out, and from ConfigMaps that are in none of its files. */
  readonly notes?: readonly string[];
  /**
   * The release with its objects. There only where it is not rendered yet (`rendering: 'later'`); rendered once, however often it is called.
   * Never rejects: what goes wrong is the `problem` of what it gives.
   */
  render?(): Promise<PreviewRelease>;
  /**
   * The release as it would be rendered for another version of Kubernetes, such as `1.37`; undefined where its chart makes the same of every version.
   * There only where there is a chart to render; what goes wrong is the `problem` of what it gives.
   */
  renderFor?(kubernetesVersion: string): Promise<PreviewRelease | undefined>;
  /** Files of the chart as it is rendered, default values merged from valuesFiles. Undefined with a `problem` of the chart. */
  readonly chartFiles?: Content;
}

/** What one Kustomization applies. */
export interface PreviewLayer {
  readonly cluster: string;
  /** Folder name, `dev` or `_sync`; of a repository with other folders the name of the Kustomization. */
  readonly name: string;
  /** The Kustomization; undefined for a folder that none applies. */
  readonly kustomization?: { readonly namespace: string; readonly name: string };
  /** Folder from the root of the tree; undefined where it is in another repository. */
  readonly path?: string;
  /** Of its objects and releases, sorted. */
  readonly namespaces: readonly string[];
  /** In the order of their files, with the labels the agent applies them with; those of releases are theirs. */
  readonly objects: readonly PreviewObject[];
  readonly releases: readonly PreviewRelease[];
  /** Documents that cannot be read, builds that fail. */
  readonly problems: readonly FairleadError[];
  /** What is not as it will be in the cluster: variables from Secrets are left out, another repository is not read. */
  readonly notes?: readonly string[];
  /** Some of its variables only the cluster knows: they stand there as they are written. @default false */
  readonly hasUnknownVariables?: boolean;
  /** What it applies is in another source than the tree, so nothing of it is here. @default - it is in the tree */
  readonly elsewhere?: {
    readonly source: SourceRef;
    /** In that source, as it is written. */
    readonly path: string;
    /** That the Kustomization stands in. */
    readonly file: string;
  };
  /** Its Kustomization tells Flux how to decrypt Secrets. @default false */
  readonly decrypts?: boolean;
}

export interface PreviewCluster {
  /** Folder name in the output. */
  readonly name: string;
  /** Such as `1.36`; undefined where the manifests do not say. */
  readonly kubernetesVersion?: string;
  /** Branch it follows. */
  readonly branch?: string;
  /** The Kustomization it starts from, which applies itself, and the source that this reads. Undefined where none does. */
  readonly root?: { readonly namespace: string; readonly name: string; readonly source: SourceRef };
  /** Sources that are taken for the tree itself: that of the root, else the one that most of its Kustomizations read. @default - none */
  readonly sources?: readonly SourceRef[];
  /** `_sync` first, then by name. */
  readonly layers: readonly PreviewLayer[];
}

/** What every cluster of a repository gets. */
export interface Preview {
  /** By name. */
  readonly clusters: readonly PreviewCluster[];
}
