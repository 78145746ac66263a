import type { KubeClient } from '../../kube/types';
import type { Kind } from '../../model/kinds';
import { idOf, keyOf } from '../../model/object';
import type { ObjectStore } from './store';
import type { Reconciled, Runtime } from './types';

/** Fills the store: one watch per kind, over all namespaces. */
export class Informers {
  private readonly synced = new Map<string, Promise<void>>();

  constructor(
    private readonly client: KubeClient,
    private readonly store: ObjectStore,
    private readonly log: Runtime['log'],
    private readonly signal: AbortSignal,
  ) {}

  /** Watches the kind from now on; resolves when the store holds everything there was. */
  start(kind: Kind): Promise<void> {
    const known = this.synced.get(kind.kind);
    if (known !== undefined) return known;
    const synced = this.follow(kind);
    this.synced.set(kind.kind, synced);
    return synced;
  }

  private async follow(kind: Kind): Promise<void> {
    if ((await this.client.resource(kind).catch(() => undefined)) === undefined) {
      this.log.warn('waiting for a kind the cluster does not know yet: install its CustomResourceDefinition', { kind: kind.kind, group: kind.group });
    }
    let complaint: string | undefined;
    await new Promise<void>((resolve) => {
      this.client.watch(
        kind,
        {},
        (event) => {
          complaint = undefined;
          if (event.type === 'SYNCED') {
            this.dropMissing(kind, event.keys);
            this.log.info('watching', { kind: kind.kind, objects: event.keys.size });
            resolve();
          } else if (event.type === 'DELETED') this.store.remove(event.object as Reconciled);
          else this.store.put(event.object as Reconciled);
        },
        this.signal,
        (error) => {
          if (error.message !== complaint) this.log.warn('watch failed, trying again', { kind: kind.kind, error });
          complaint = error.message;
        },
      );
    });
  }

  private dropMissing(kind: Kind, keys: ReadonlySet<string>): void {
    for (const object of this.store.list(kind.kind)) if (!keys.has(keyOf(idOf(object)))) this.store.remove(object);
  }
}
