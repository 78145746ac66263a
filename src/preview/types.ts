import type { FairleadError } from '../common/errors';
import type { KubeObject, ObjectId } from '../model/object';

/** An object as a cluster would get it. */
export interface PreviewObject {
  readonly id: ObjectId;
  /** Parsed; numbers past 2^53 are not exact. */
  readonly object: KubeObject;
  /** File it is written in, from the root of the tree; of a rendered object the file of its HelmRelease. */
  readonly file: string;
  /** Document in the file, counted from 1. */
  readonly document: number;
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
  /** Digest of all it was rendered from: equal digests, equal objects. */
  readonly inputs?: string;
  /** User values, merged from valuesFrom and values. */
  readonly values?: unknown;
  /** In install order, hooks after them; with Helm's and Flux's labels as the agent applies them. */
  readonly objects: readonly PreviewObject[];
  readonly hooks: readonly PreviewObject[];
  /** Why there are none: the chart cannot be had or does not render. */
  readonly problem?: FairleadError;
}

/** What one Kustomization applies. */
export interface PreviewLayer {
  readonly cluster: string;
  /** Folder name: `dev`, `_sync`. */
  readonly name: string;
  readonly namespaces: readonly string[];
  readonly objects: readonly PreviewObject[];
  readonly releases: readonly PreviewRelease[];
  /** Documents that cannot be read, builds that fail. */
  readonly problems: readonly FairleadError[];
}

export interface PreviewCluster {
  /** Folder name in the output. */
  readonly name: string;
  /** Such as `1.36`; undefined where the manifests do not say. */
  readonly kubernetesVersion?: string;
  /** Branch it follows. */
  readonly branch?: string;
  readonly layers: readonly PreviewLayer[];
}

/** What every cluster of a repository gets. */
export interface Preview {
  readonly clusters: readonly PreviewCluster[];
}
