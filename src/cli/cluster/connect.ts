import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';

export interface ClusterOptions {
  /** @default - KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig?: string;
  /** @default - the current one */
  readonly context?: string;
}

/**
 * The cluster that kubectl would speak to. Undefined where there is no kubeconfig and none was asked for.
 * @throws KubeconfigUnreadable, KubeconfigInvalid
 */
export function connectCluster({ kubeconfig, context }: ClusterOptions): RawKubeClient | undefined {
  const file = kubeconfigFile(kubeconfig);
  return file === undefined ? undefined : RawKubeClient.connect(readKubeconfig(file, { context }));
}

/** The kubeconfig that is meant: the one that was asked for, else as kubectl finds it. */
export function kubeconfigFile(asked: string | undefined): string | undefined {
  return asked ?? usualKubeconfig();
}

/** Named ones count whether they exist or not: the error says which is missing. */
function usualKubeconfig(): string | undefined {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const usual = join(homedir(), '.kube', 'config');
  return named.find((path) => existsSync(path)) ?? named[0] ?? (existsSync(usual) ? usual : undefined);
}
