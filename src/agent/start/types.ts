/** What the agent makes sure of at its start, so that a cluster follows a repository with nothing else applied. */
export interface SyncOptions {
  /** `https://`, `http://`, `ssh://`, or ssh as Git servers show it. */
  readonly url: string;
  readonly branch: string;
  /** Folder the cluster follows: `dist/gke/_sync`, or `dist/gke` whose `_sync` is found. */
  readonly path: string;
  /** Of the GitRepository. */
  readonly repositoryName: string;
  /** Of the root Kustomization. */
  readonly kustomizationName: string;
  /** Secret with credentials. @default - none; for ssh a Secret is always named, and made where it is not there */
  readonly secretName?: string;
  /** File with host keys, as of `known_hosts`. @default - the keys of the large forges */
  readonly knownHosts?: string;
  /** Whether the root Kustomization deletes what is gone from Git. */
  readonly prune: boolean;
}
