import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { clusterUid } from '../../agent/runtime/cluster-uid';
import { errors } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { type ClusterOptions, kubeconfigFile } from '../cluster/connect';

/** Which cluster is spoken to, and as whom. */
export interface LiveCluster {
  /** Context of the kubeconfig. */
  readonly context: string;
  /** `https://10.0.0.1:6443` */
  readonly server: string;
  readonly version: string;
  /** UID of kube-system. */
  readonly uid: string;
  /** As the API server knows them. */
  readonly user: string;
}

/** @throws NoKubeconfig, and what the kubeconfig and the API server say */
export async function liveCluster(client: RawKubeClient, options: ClusterOptions): Promise<LiveCluster> {
  const { context, server, user: named } = kubeconfigNames(options);
  const [version, uid, user] = await Promise.all([client.version(), clusterUid(client), whoAmI(client, named)]);
  return { context, server, version, uid, user };
}

/** What a kubeconfig calls the cluster. */
export function kubeconfigNames({ kubeconfig, context }: ClusterOptions): { context: string; server: string; user: string } {
  const file = kubeconfigFile(kubeconfig);
  if (file === undefined) throw errors.NoKubeconfig();
  const { server } = readKubeconfig(file, { context });
  const config = load(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const name = context ?? String(config['current-context']);
  const contexts = (config.contexts ?? []) as readonly { name: string; context?: { user?: string } }[];
  return { context: name, server: server.origin, user: contexts.find((one) => one.name === name)?.context?.user ?? name };
}

/** Whom the API server takes us for; where it does not say (before Kubernetes 1.28), what the kubeconfig calls us. */
export async function whoAmI(client: KubeClient, named: string): Promise<string> {
  try {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} } as unknown as KubeObject;
    const { status } = (await client.create(review)) as { status?: { userInfo?: { username?: string } } };
    return status?.userInfo?.username ?? named;
  } catch (error) {
    if (errors.ApiUnauthorized.is(error) || errors.ApiUnreachable.is(error)) throw error;
    return named;
  }
}

const OLDEST_KUBERNETES = '1.28';

/** @throws KubernetesTooOld */
export function refuseOld(version: string): void {
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const [leastMajor, leastMinor] = OLDEST_KUBERNETES.split('.').map(Number) as [number, number];
  if (Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor)) return;
  throw errors.KubernetesTooOld({ version, least: OLDEST_KUBERNETES });
}
