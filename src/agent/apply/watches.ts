import type { GroupVersionKind, KubeClient, Selection, WatchEvent } from '../../kube/types';
import type { KubeObject } from '../../model/object';

/** Told what a watch sees. `gvk` is what was asked for, whatever kind the objects say. */
export interface WatchListener {
  seen(watch: SharedWatch, object: KubeObject): void;
  removed(watch: SharedWatch, object: KubeObject): void;
  /** The watch's list is complete: everything it covers and that is not among the keys does not exist. */
  synced(watch: SharedWatch, keys: ReadonlySet<string>): void;
  failed(watch: SharedWatch, error: Error): void;
}

/** One watch, for as long as somebody holds it. */
export interface SharedWatch {
  readonly kind: GroupVersionKind;
  readonly selection: Selection;
  /** Its first list is complete. */
  readonly synced: boolean;
  /** Resolves when it is, or when its first try failed. */
  readonly settled: Promise<void>;
  /** Why it does not work, if it does not. */
  readonly error?: Error;
}

interface Held extends SharedWatch {
  synced: boolean;
  error?: Error;
  holders: number;
  readonly stop: AbortController;
  lingering?: NodeJS.Timeout;
}

/** A kind that is let go is often asked for again at once: its list is not fetched anew each time. */
const LINGER_MS = 30_000;

/** Watches by kind and selection, shared and counted. */
export class Watches {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly client: KubeClient,
    private readonly listener: WatchListener,
  ) {}

  get count(): number {
    return this.held.size;
  }

  hold(kind: GroupVersionKind, selection: Selection): SharedWatch {
    const key = keyOfWatch(kind, selection);
    const watch = this.held.get(key) ?? this.start(key, kind, selection);
    clearTimeout(watch.lingering);
    watch.holders += 1;
    return watch;
  }

  release(shared: SharedWatch): void {
    const watch = shared as Held;
    watch.holders -= 1;
    if (watch.holders > 0) return;
    watch.lingering = setTimeout(() => this.end(watch), LINGER_MS).unref();
  }

  close(): void {
    for (const watch of this.held.values()) this.end(watch);
  }

  private end(watch: Held): void {
    clearTimeout(watch.lingering);
    watch.stop.abort();
    this.held.delete(keyOfWatch(watch.kind, watch.selection));
  }

  private start(key: string, { group, version, kind }: GroupVersionKind, selection: Selection): Held {
    const { promise, resolve } = withResolve();
    const watch: Held = { kind: { group, version, kind }, selection, synced: false, settled: promise, holders: 0, stop: new AbortController() };
    this.held.set(key, watch);
    const onEvent = (event: WatchEvent) => {
      if (watch.stop.signal.aborted) return;
      watch.error = undefined;
      if (event.type === 'SYNCED') {
        watch.synced = true;
        this.listener.synced(watch, event.keys);
        resolve();
      } else if (event.type === 'DELETED') this.listener.removed(watch, event.object);
      else this.listener.seen(watch, event.object);
    };
    const onError = (error: Error) => {
      watch.error = error;
      this.listener.failed(watch, error);
      resolve();
    };
    this.client.watch(watch.kind, selection, onEvent, watch.stop.signal, onError);
    return watch;
  }
}

function withResolve(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function keyOfWatch(kind: GroupVersionKind, { namespace, labelSelector, fieldSelector, as }: Selection): string {
  return [kind.group, kind.version, kind.kind, namespace, labelSelector, fieldSelector, as].join('|');
}
