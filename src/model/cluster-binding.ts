/**
 * Which folder of which repository a cluster follows, and which cluster a folder is for. Both ends are written down, so that a wrong kubeconfig never turns
 * staging into production: in the cluster in this ConfigMap of the agent's namespace, in the repository in `.fairlead/clusters/<cluster>.json`, from where synth
 * carries it to the annotation `clusterUid` of the root Kustomization.
 */
export const BINDING = 'fairlead-cluster';

export interface ClusterBinding {
  /** Name of the cluster in the program. */
  readonly cluster: string;
  /** UID of the Namespace kube-system, which no other cluster has. */
  readonly uid: string;
}

/** What the ConfigMap says besides. */
export interface LiveBinding extends ClusterBinding {
  /** Address of the repository, without credentials. */
  readonly url: string;
  readonly branch: string;
  /** Path of the root Kustomization, such as `dist/gke/_sync`. */
  readonly path: string;
}

/** Where the repository keeps the UID, from the folder of cdk8s.yaml. */
export function bindingFile(cluster: string): string {
  return `.fairlead/clusters/${cluster}.json`;
}

export function printBindingFile({ uid }: Pick<ClusterBinding, 'uid'>): string {
  return `${JSON.stringify({ uid }, null, 2)}\n`;
}

/** The UID a binding file names. Undefined where it names none. */
export function uidIn(text: string): string | undefined {
  try {
    const { uid } = JSON.parse(text) as { readonly uid?: unknown };
    return typeof uid === 'string' && uid !== '' ? uid : undefined;
  } catch {
    return undefined;
  }
}
