import { isForbidden, isUnauthorized } from '../../kube/status-error';
import type { GroupVersionKind, KubeClient, Selection, WatchEvent } from '../../kube/types';
import { idOf, keyOf } from '../../model/object';
import { worldOf } from './read-world';
import { LiveObjects, type Ref, refOf, type World } from './world';

/** One kind that is watched, or a part of it. */
export interface Watched {
  readonly kind: GroupVersionKind;
  readonly selection: Selection;
  /** Without it nothing can be said. @default false */
  readonly isNeeded?: boolean;
}

export interface WatchOptions {
  readonly agentNamespace: string;
  readonly watched: readonly Watched[];
  readonly signal: AbortSignal;
  /** Called when everything was listed once, and after each change from then on. */
  readonly onChange: () => void;
  /** Something that is needed may not be read: it will not get better. */
  readonly onRefused: (error: Error) => void;
}

/** The part of a cluster that somebody waits for, kept current by watches. */
export class LiveWorld {
  private readonly objects = new LiveObjects();
  private readonly unread = new Map<string, string>();
  private readonly open: Set<Watched>;
  private isTold = false;

  private constructor(private readonly options: WatchOptions) {
    this.open = new Set(options.watched);
  }

  static watch(client: KubeClient, options: WatchOptions): LiveWorld {
    const world = new LiveWorld(options);
    for (const watched of options.watched) void world.follow(client, watched);
    return world;
  }

  at(now: Date): World {
    const { agentNamespace, watched } = this.options;
    const namespaces = new Set(watched.flatMap(({ selection }) => selection.namespace ?? []));
    return worldOf(this.objects, { agentNamespace, now, unread: this.unread, namespaces });
  }

  private async follow(client: KubeClient, watched: Watched): Promise<void> {
    const { kind, selection } = watched;
    const seen = new Map<string, Ref>();
    const refuse = (error: Error) => {
      if (this.options.signal.aborted) return;
      // Anything else passes by itself: the watch goes on trying.
      if (isUnauthorized(error) || (isForbidden(error) && watched.isNeeded)) this.options.onRefused(error);
      else if (isForbidden(error)) {
        this.unread.set(kind.kind, error.detail);
        this.done(watched);
      }
    };
    try {
      if ((await client.resource(kind)) === undefined) this.done(watched);
    } catch (error) {
      this.options.onRefused(error as Error);
      return;
    }
    client.watch(kind, selection, (event) => this.take(event, watched, seen), this.options.signal, refuse);
  }

  private take(event: WatchEvent, watched: Watched, seen: Map<string, Ref>): void {
    if (event.type === 'SYNCED') {
      this.synced(event.keys, watched, seen);
      return;
    }
    const key = keyOf(idOf(event.object));
    if (event.type === 'DELETED') {
      seen.delete(key);
      this.objects.delete(refOf(event.object));
    } else {
      seen.set(key, refOf(event.object));
      this.objects.set(event.object);
    }
    if (this.open.size === 0) this.tell();
  }

  private synced(keys: ReadonlySet<string>, watched: Watched, seen: Map<string, Ref>): void {
    for (const [key, ref] of seen) {
      if (keys.has(key)) continue;
      seen.delete(key);
      this.objects.delete(ref);
    }
    this.done(watched);
  }

  private done(watched: Watched): void {
    this.open.delete(watched);
    if (this.open.size === 0) this.tell();
  }

  /** Many changes that come together are told once. */
  private tell(): void {
    if (this.isTold) return;
    this.isTold = true;
    setImmediate(() => {
      this.isTold = false;
      if (!this.options.signal.aborted) this.options.onChange();
    });
  }
}
