import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, FairleadError } from '../common/errors';
import { onAbort } from '../common/on-abort';
import { idOf, type KubeObject, keyOf } from '../model/object';
import { LineSplitter } from './line-splitter';
import type { ListPage } from './list';
import { isExpired, isNotFound, type Status, StatusError } from './status-error';
import type { ApiResource, WatchEvent } from './types';

/** What a watch stands on: one kind and selection at one server. */
export interface WatchSource {
  resource(): Promise<ApiResource | undefined>;
  /** Calls back once when the server serves something new. */
  onDiscoveryChange(callback: () => void): () => void;
  /** The kind went away. */
  absent(): void;
  pages(resource: ApiResource): AsyncIterable<ListPage>;
  open(resource: ApiResource, params: Readonly<Record<string, string | number | boolean>>, signal: AbortSignal): Promise<Readable>;
  stamp(object: KubeObject, resource: ApiResource): KubeObject;
}

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

const SHORTEST_WATCH_S = 300;
const SPREAD_S = 300;
/** A watch that lasted this long was a good one. */
const LONG_LIVED_MS = 5_000;
/** A connection that outlives what was agreed with the server is dead. */
const DEADLINE_SLACK_MS = 15_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** A lost server is asked often enough to notice its return at once. */
const LONGEST_OUTAGE_WAIT_MS = 3_000;

/** Lists, then watches until the signal aborts. What `onEvent` throws ends the process: it is a fault of ours. */
export function watchForever(source: WatchSource, onEvent: (event: WatchEvent) => void, signal: AbortSignal, onError?: (error: Error) => void): void {
  void new Watch(source, deliverer(onEvent), signal, onError).run();
}

class Watch {
  /** Where the watch continues; undefined: list first. */
  private resourceVersion: string | undefined;
  private failures = 0;

  constructor(
    private readonly source: WatchSource,
    private readonly deliver: (event: WatchEvent) => void,
    private readonly signal: AbortSignal,
    private readonly onError: ((error: Error) => void) | undefined,
  ) {}

  async run(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        const resource = await this.source.resource();
        if (resource === undefined) {
          await this.absent();
          continue;
        }
        this.resourceVersion ??= await this.list(resource);
        await this.follow(resource);
      } catch (error) {
        if (this.signal.aborted) return;
        await this.recover(error as Error);
      }
    }
  }

  private async list(resource: ApiResource): Promise<string> {
    const keys = new Set<string>();
    let resourceVersion = '';
    for await (const page of this.source.pages(resource)) {
      if (this.signal.aborted) break;
      resourceVersion = page.resourceVersion;
      for (const object of page.items) {
        keys.add(keyOf(idOf(object)));
        this.deliver({ type: 'ADDED', object });
      }
    }
    if (!this.signal.aborted) this.deliver({ type: 'SYNCED', keys });
    return resourceVersion;
  }

  /** One connection, for as long as it lasts. */
  private async follow(resource: ApiResource): Promise<void> {
    const timeoutSeconds = Math.round(SHORTEST_WATCH_S + Math.random() * SPREAD_S);
    const stop = new AbortController();
    const unlink = onAbort(this.signal, (reason) => stop.abort(reason));
    const deadline = setTimeout(() => stop.abort(new Error('the watch outlived its time')), timeoutSeconds * 1000 + DEADLINE_SLACK_MS);
    const opened = performance.now();
    try {
      const params = { watch: true, resourceVersion: this.resourceVersion!, allowWatchBookmarks: true, timeoutSeconds };
      const lines = new LineSplitter();
      for await (const chunk of await this.source.open(resource, params, stop.signal)) {
        for (const line of lines.push(chunk as Buffer)) {
          if (this.signal.aborted) return;
          this.take(JSON.parse(line.toString()) as WatchLine, resource);
        }
      }
    } finally {
      clearTimeout(deadline);
      unlink();
      if (performance.now() - opened > LONG_LIVED_MS) this.failures = 0;
    }
    if (this.failures++ > 0) await this.pause(LONGEST_WAIT_MS); // a server that hangs up at once is not asked in a loop
  }

  private take(line: WatchLine, resource: ApiResource): void {
    if (line.type === 'ERROR') {
      const status = line.object as unknown as Status;
      throw new StatusError(`watch of ${resource.plural}`, status.code ?? 500, status);
    }
    this.resourceVersion = line.object.metadata.resourceVersion;
    if (line.type !== 'BOOKMARK') this.deliver({ type: line.type, object: this.source.stamp(line.object, resource) });
  }

  private async absent(): Promise<void> {
    this.resourceVersion = undefined;
    const wake = new AbortController();
    const forget = this.source.onDiscoveryChange(() => wake.abort());
    this.failures++;
    try {
      await this.pause(LONGEST_WAIT_MS, wake.signal);
    } finally {
      forget();
    }
  }

  private async recover(thrown: Error): Promise<void> {
    const error = thrown instanceof FairleadError ? thrown : errors.WatchInterrupted({ cause: thrown.message }, thrown);
    this.onError?.(error);
    if (isExpired(error)) {
      this.resourceVersion = undefined;
      await sleep(Math.random() * 1000, undefined, { signal: this.signal }).catch(() => {});
      return;
    }
    if (isNotFound(error)) {
      this.source.absent();
      this.resourceVersion = undefined;
    }
    this.failures++;
    await this.pause(isRefusal(error) ? LONGEST_WAIT_MS : LONGEST_OUTAGE_WAIT_MS);
  }

  private async pause(longestMs: number, wake?: AbortSignal): Promise<void> {
    const waitMs = Math.min(longestMs, FIRST_WAIT_MS * 2 ** Math.min(this.failures - 1, 10)) * (0.75 + Math.random() / 2);
    const stop = new AbortController();
    const unlink = [onAbort(this.signal, (reason) => stop.abort(reason)), onAbort(wake, (reason) => stop.abort(reason))];
    await sleep(waitMs, undefined, { signal: stop.signal }).catch(() => {});
    for (const undo of unlink) undo();
  }
}

/** The server is there and means it; anything else passes by itself. */
function isRefusal(error: Error): boolean {
  return error instanceof StatusError && error.status < 429;
}

function deliverer(onEvent: (event: WatchEvent) => void): (event: WatchEvent) => void {
  return (event) => {
    try {
      onEvent(event);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  };
}
