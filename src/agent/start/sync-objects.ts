import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { apiVersionOf, type KubeObject } from '../../model/object';
import type { SyncOptions } from './types';

/** The GitRepository a cluster starts from, with the fields synth gives it. */
export function gitRepository({ url, branch, repositoryName: name, secretName }: SyncOptions, namespace: string): KubeObject {
  return {
    apiVersion: apiVersionOf(kinds.GitRepository),
    kind: kinds.GitRepository.kind,
    metadata: { name, namespace, annotations: { [annotations.prune]: 'disabled' } },
    spec: { interval: '1m', url, ref: { branch }, ...(secretName === undefined ? {} : { secretRef: { name: secretName } }) },
  };
}

/**
 * The root Kustomization, with the fields synth gives it. Nothing here may end by its own hand: what prunes it would prune the cluster.
 * @param path where it is in Git: whether it is a folder of sync objects, whose deletion is no small change, is seen by its name
 */
export function rootKustomization({ kustomizationName: name, repositoryName, prune }: SyncOptions, path: string, namespace: string): KubeObject {
  const budget: Record<string, string> = isSyncFolder(path) ? { [annotations.deletionBudget]: '0' } : {};
  return {
    apiVersion: apiVersionOf(kinds.Kustomization),
    kind: kinds.Kustomization.kind,
    metadata: { name, namespace, annotations: { ...budget, [annotations.prune]: 'disabled' } },
    spec: {
      interval: '10m',
      retryInterval: '1m',
      timeout: '5m',
      path: `./${path}`,
      prune,
      wait: false,
      sourceRef: { kind: kinds.GitRepository.kind, name: repositoryName },
    },
  };
}

const SYNC_FOLDER = '_sync';

export function isSyncFolder(path: string): boolean {
  return path.split('/').at(-1) === SYNC_FOLDER;
}

/** Where synth puts the sync objects of a folder. */
export function syncFolderOf(path: string): string {
  return path === '' ? SYNC_FOLDER : `${path}/${SYNC_FOLDER}`;
}
