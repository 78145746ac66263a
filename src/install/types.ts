/** What of the agent's work it is allowed and set to do. Rights follow them. */
export interface AgentFeatures {
  /** Scan registries and commit new versions. @default true */
  readonly imageAutomation?: boolean;
  /** Unseal SealedSecrets. @default true */
  readonly sealedSecrets?: boolean;
  /** Rights to Alerts, Providers and Receivers, for versions that reconcile them: this one does not. @default false */
  readonly notifications?: boolean;
}

/** Where the agent starts from: it makes the GitRepository, the root Kustomization and, for ssh, the key. */
export interface AgentSync {
  /** `https://`, `http://`, `ssh://`, or ssh as Git providers show it: `git@github.com:acme/fleet`. */
  readonly url: string;
  /** @default 'main' */
  readonly branch?: string;
  /** Folder of the root Kustomization, `dist/gke/_sync`, or the one above. */
  readonly path: string;
  /** Of the GitRepository. @default - last part of the address */
  readonly repositoryName?: string;
  /** Of the root Kustomization. @default - last part of the path, `_sync` left out */
  readonly kustomizationName?: string;
  /** Secret with credentials. For ssh the agent makes it where it is missing. @default - for ssh that of the GitRepository's name */
  readonly secretName?: string;
  /** known_hosts of the Git server. @default - the keys of the large forges, which the agent knows */
  readonly knownHosts?: string;
  /** The agent never pushes. @default false */
  readonly readOnly?: boolean;
  /** Whether the root Kustomization deletes what is no longer in Git. @default true */
  readonly prune?: boolean;
}

/** How the agent runs in a cluster. */
export interface AgentInstallation {
  /** @default 'flux-system' */
  readonly namespace?: string;
  /** @default 'fairlead-agent' */
  readonly name?: string;
  /** With tag or digest. @default - the released image of this version */
  readonly image?: string;
  /** Several stand by for one another. @default 1 */
  readonly replicas?: number;
  readonly features?: AgentFeatures;
  /** @default - none: GitRepository and Kustomization come from elsewhere */
  readonly sync?: AgentSync;
  /**
   * Service account that layers and releases are applied as where they name none, in the namespace of each.
   * @default - the agent's own, which is cluster-admin then
   */
  readonly applyAs?: string;
  /** Scale a controller of Sealed Secrets that is at work to 0 and go on with its keys. @default false */
  readonly takeOver?: boolean;
  /** @default - 50m and 192Mi asked for, 1Gi at most */
  readonly resources?: AgentResources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** @default 'system-cluster-critical' */
  readonly priorityClassName?: string;
  /** A NetworkPolicy of what the agent may be asked and ask. @default true */
  readonly networkPolicy?: boolean;
  /** TCP ports the agent may reach besides the usual ones of Git servers, registries and API servers. @default - none */
  readonly egressPorts?: readonly number[];
  /** A ServiceMonitor of prometheus-operator. @default false */
  readonly serviceMonitor?: boolean;
}

/** Quantities, such as `100m` of `cpu` and `256Mi` of `memory`. */
export interface AgentResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}
