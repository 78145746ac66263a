import { setTimeout as sleep } from 'node:timers/promises';
import { FairleadError } from '../../common/errors';
import { normalPath } from '../../git/listing';
import { isAlreadyExists } from '../../kube/status-error';
import { BINDING } from '../../model/cluster-binding';
import { kinds } from '../../model/kinds';
import { fieldManagers } from '../../model/labels';
import { idOf, type KubeObject, nameOf, type ObjectId } from '../../model/object';
import { backoffMs } from '../runtime/backoff';
import { clusterUid } from '../runtime/cluster-uid';
import { messageOf } from '../runtime/outcome-status';
import type { Component, Runtime } from '../runtime/types';
import type { SourceRef, Sources } from '../source/types';
import { type BindingMap, bindingMap, refuseOther } from './binding';
import { ensureGitKey } from './git-key';
import { gitRepository, isSyncFolder, rootKustomization, syncFolderOf } from './sync-objects';
import type { SyncOptions } from './types';

const LONGEST_PAUSE_MS = 60_000;

/** Makes sure that the cluster follows its folder: key, GitRepository, binding and root Kustomization. What is there stays as it is: Git owns it. */
export class SyncStart implements Component {
  readonly name = 'sync';
  readonly runs = 'leaderOnly';

  private readonly source: SourceRef;
  private readonly fetched: Promise<void>;

  /** @param hosts lines of `known_hosts` for the repository */
  constructor(
    private readonly runtime: Runtime,
    private readonly sources: Pick<Sources, 'digest'>,
    private readonly options: SyncOptions,
    private readonly hosts: string | undefined,
  ) {
    this.source = { kind: kinds.GitRepository.kind, namespace: runtime.agentNamespace, name: options.repositoryName };
    this.fetched = new Promise((resolve) => {
      runtime.store.subscribe(this.source.kind, ({ metadata, status }) => {
        if (metadata.namespace === this.source.namespace && metadata.name === this.source.name && status?.artifact !== undefined) resolve();
      });
    });
  }

  /** In its own time: nothing of what is there already waits for it. */
  start(signal: AbortSignal): void {
    void this.persist(signal);
  }

  private async persist(signal: AbortSignal): Promise<void> {
    let told: string | undefined;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await this.ensure();
        return;
      } catch (error) {
        if (signal.aborted) return;
        const message = messageOf(error);
        const fields = error instanceof FairleadError ? { problem: message } : { error };
        if (message !== told) this.runtime.log.error('the cluster does not follow Git yet, trying again', fields);
        told = message;
      }
      await sleep(backoffMs(failures, { longestMs: LONGEST_PAUSE_MS }), undefined, { signal }).catch(() => undefined);
    }
  }

  private async ensure(): Promise<void> {
    const { options } = this;
    const { agentNamespace: namespace, clusters } = this.runtime;
    const uid = await clusterUid(clusters.own);
    const map = await clusters.own.get<BindingMap>(configMapId(namespace));
    refuseOther(map, options, uid);
    await ensureGitKey(this.runtime, options, this.hosts);
    await this.createWhereAbsent(gitRepository(options, namespace));

    const root = await clusters.own.get<KubeObject & { spec: { path?: string } }>({
      ...kinds.Kustomization,
      namespace,
      name: options.kustomizationName,
    });
    const path = root === undefined ? await this.pathInGit() : normalPath(root.spec.path ?? '');
    if (map === undefined) await this.createWhereAbsent(bindingMap(options, path, uid, namespace));
    if (root === undefined) await this.createWhereAbsent(rootKustomization(options, path, namespace));
  }

  /** The folder itself, or its sync objects where it has any: that is known once it was fetched. */
  private async pathInGit(): Promise<string> {
    const { path } = this.options;
    if (isSyncFolder(path)) return path;
    await this.fetched;
    const folder = syncFolderOf(path);
    return (await this.sources.digest(this.source, folder)) === undefined ? path : folder;
  }

  private async createWhereAbsent(object: KubeObject): Promise<void> {
    const { log, clusters } = this.runtime;
    if ((await clusters.own.get(idOf(object), { as: 'metadata' })) !== undefined) return;
    try {
      await clusters.own.create(object, { fieldManager: fieldManagers.kustomize });
      log.info('created', { object: nameOf(idOf(object)) });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

function configMapId(namespace: string): ObjectId {
  return { group: '', version: 'v1', kind: 'ConfigMap', namespace, name: BINDING };
}
