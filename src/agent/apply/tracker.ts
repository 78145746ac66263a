import { isForbidden } from '../../kube/status-error';
import type { GroupVersionKind, KubeClient, Selection } from '../../kube/types';
import { type KubeObject, keyOf, type ObjectId } from '../../model/object';
import { Slots } from '../runtime/slots';
import { Glimpses } from './glimpses';
import { ObjectStates } from './object-states';
import { versionOf } from './resource-version';
import { byName, isSelected } from './selections';
import { glimpseOf, isPresent, neverSeen, newTracked, Removal, type Tracked } from './tracked';
import { type SharedWatch, Watches, type WatchListener } from './watches';

const CONCURRENT_READS = 8;
const REREAD_TRIES = 5;
const REREAD_AFTER_MS = 1000;
/** A list of everything of a kind may be slow; applying goes on without it. */
const SETTLE_MS = 10_000;

export interface TrackOptions {
  readonly owner?: string;
  readonly selection: Selection;
  readonly fieldManager: string;
  readonly predecessors?: readonly string[];
}

/** The state of every object somebody applied or waits for, kept by watches and by the answers to our own writes. */
export class Tracker implements WatchListener {
  readonly watches: Watches;
  readonly states: ObjectStates;
  private readonly objects = new Map<string, Tracked>();
  private readonly ownedBy = new Map<string, Set<Tracked>>();
  /** Kinds and labels that may not be watched in all namespaces at once. */
  private readonly narrowed = new Set<string>();
  private readonly glimpses = new Glimpses();
  private readonly reads = new Slots(CONCURRENT_READS);
  /** Looked up and not found while a write of ours waited for its answer: which of the two came last is not known. */
  private readonly doubtful = new Set<Tracked>();

  constructor(
    private readonly client: KubeClient,
    onDrift: (tracked: Tracked) => void,
    now: () => number,
  ) {
    this.states = new ObjectStates(onDrift, now);
    this.watches = new Watches(client, this);
  }

  get size(): number {
    return this.objects.size;
  }

  get(id: ObjectId): Tracked | undefined {
    return this.objects.get(keyOf(id));
  }

  owned(owner: string): ReadonlySet<Tracked> {
    return this.ownedBy.get(owner) ?? new Set();
  }

  track(id: ObjectId, options: TrackOptions): Tracked {
    const known = this.objects.get(keyOf(id));
    const tracked = known ?? newTracked(id, this.hold(id, options.selection), options.fieldManager);
    if (!known) {
      this.objects.set(keyOf(tracked.id), tracked);
      Object.assign(tracked, this.glimpses.take(tracked.watch, keyOf(tracked.id)));
    }
    if (options.owner !== undefined) this.claim(tracked, options.owner, options);
    return tracked;
  }

  /** Resolves when its watch knows what is there, cannot know, or takes too long. */
  async settled(tracked: Tracked): Promise<void> {
    for (let watch: SharedWatch | undefined; watch !== tracked.watch; ) {
      watch = tracked.watch;
      if (!watch.synced) await atMost(SETTLE_MS, watch.settled);
    }
  }

  private claim(tracked: Tracked, owner: string, options: TrackOptions): void {
    tracked.fieldManager = options.fieldManager;
    tracked.predecessors = options.predecessors;
    if (tracked.owner === owner) return;
    // A watch by name served somebody who only waited.
    this.watchWith(tracked, options.selection);
    this.unclaim(tracked);
    tracked.owner = owner;
    const set = this.ownedBy.get(owner) ?? new Set();
    this.ownedBy.set(owner, set.add(tracked));
  }

  /** The owner no longer wants it. */
  unclaim(tracked: Tracked): void {
    if (tracked.owner === undefined) return;
    const set = this.ownedBy.get(tracked.owner);
    set?.delete(tracked);
    if (set?.size === 0) this.ownedBy.delete(tracked.owner);
    tracked.owner = undefined;
    tracked.drift = undefined;
  }

  /** Forgets it where nobody needs it any more. */
  dropUnneeded(tracked: Tracked): void {
    const isNeeded = tracked.owner !== undefined || tracked.waiters.size > 0 || tracked.writes > 0 || (tracked.deleting && isPresent(tracked));
    if (isNeeded || this.objects.get(keyOf(tracked.id)) !== tracked) return;
    const { version, uid, optOuts, origin } = tracked;
    this.objects.delete(keyOf(tracked.id));
    if (isPresent(tracked)) this.glimpses.put(tracked.watch, keyOf(tracked.id), { version, uid, optOuts, origin });
    this.watches.release(tracked.watch);
  }

  /** Runs a write of ours: what the watch says of the object meanwhile is looked at afterwards, against the answer. */
  async writing<T>(tracked: Tracked, write: () => Promise<T>): Promise<T> {
    tracked.writes += 1;
    try {
      return await write();
    } finally {
      tracked.writes -= 1;
      const { pending } = tracked;
      if (tracked.writes === 0 && pending) {
        tracked.pending = undefined;
        if (pending instanceof Removal) this.remove(tracked, pending);
        else this.seen(tracked.watch, pending);
      }
      if (tracked.writes === 0 && this.doubtful.delete(tracked)) this.reread(tracked);
    }
  }

  private remove(tracked: Tracked, removal: Removal): void {
    this.states.remove(tracked, removal);
    this.dropUnneeded(tracked);
  }

  seen(watch: SharedWatch, object: KubeObject): void {
    const key = watchedKey(watch, object);
    const tracked = this.objects.get(key);
    if (!tracked) this.glimpses.put(watch, key, glimpseOf(object));
    if (tracked?.watch !== watch || versionOf(object) <= tracked.version) return;
    if (tracked.writes > 0) tracked.pending = object;
    else if (watch.selection.as !== 'metadata') this.states.observe(tracked, object);
    else if (tracked.baseline === undefined && !tracked.adopted && tracked.id.kind !== 'CustomResourceDefinition')
      this.states.glimpse(tracked, object);
    else this.reread(tracked);
  }

  removed(watch: SharedWatch, object: KubeObject): void {
    const key = watchedKey(watch, object);
    const tracked = this.objects.get(key);
    this.glimpses.take(watch, key);
    if (tracked?.watch !== watch) return;
    // It may only have lost its label.
    const isCertain = watch.selection.labelSelector === undefined || tracked.deleting || object.metadata.deletionTimestamp !== undefined;
    if (isCertain) this.remove(tracked, new Removal(versionOf(object), object.metadata.uid));
    else this.reread(tracked);
  }

  synced(watch: SharedWatch, keys: ReadonlySet<string>): void {
    this.glimpses.keep(watch, keys);
    for (const [key, tracked] of this.objects) {
      if (tracked.watch !== watch) continue;
      if (keys.has(key)) this.look(tracked);
      // The list may be older than an answer of ours, and an object that nobody applied here may lack the label.
      else if (isPresent(tracked) || tracked.adopted) this.reread(tracked);
      else if (tracked.version === 0 && tracked.writes === 0) this.remove(tracked, new Removal(0));
    }
  }

  /** Sees to it that something is known of an object that is waited for, or whose drift is wanted. */
  look(tracked: Tracked): void {
    const isWanted = tracked.adopted || tracked.waiters.size > 0;
    if (isWanted && tracked.health === neverSeen && tracked.watch.synced && tracked.writes === 0) this.reread(tracked);
  }

  /** Whoever may not watch all namespaces may watch his own. */
  failed(watch: SharedWatch, error: Error): void {
    if (!isForbidden(error) || watch.selection.labelSelector === undefined || watch.selection.namespace !== undefined) return;
    this.narrowed.add(narrowKey(watch.kind, watch.selection));
    for (const tracked of this.objects.values()) if (tracked.watch === watch) this.watchWith(tracked, watch.selection);
  }

  private watchWith(tracked: Tracked, selection: Selection): void {
    const watch = this.hold(tracked.id, selection);
    this.watches.release(tracked.watch);
    tracked.watch = watch;
  }

  private hold(id: ObjectId, selection: Selection): SharedWatch {
    const isNarrow = id.namespace !== '' && this.narrowed.has(narrowKey(id, selection));
    return this.watches.hold(id, isNarrow ? { ...selection, namespace: id.namespace } : selection);
  }

  /** Its drift is wanted, though it was not applied here: it is held to the state it is found in. */
  adopt(tracked: Tracked): void {
    if (tracked.baseline !== undefined || tracked.adopted) return;
    tracked.adopted = true;
    if (tracked.watch.synced) this.reread(tracked);
  }

  /** Reads one object because a watch could not tell all of it. */
  private reread(tracked: Tracked, triesLeft = REREAD_TRIES): void {
    const { version, uid } = tracked;
    this.reads
      .run(() => this.client.get(tracked.id))
      .then(
        (object) => {
          if (!object && tracked.writes > 0) return void this.doubtful.add(tracked);
          if (!object && tracked.version !== version) return this.reread(tracked);
          if (!object) return this.remove(tracked, new Removal(version, uid));
          const { selection } = tracked.watch;
          if (!isSelected(selection, object.metadata.labels)) this.watchWith(tracked, { ...byName(tracked.id), as: selection.as });
          this.states.observe(tracked, object);
        },
        () => {
          if (triesLeft > 1 && this.objects.get(keyOf(tracked.id)) === tracked)
            setTimeout(() => this.reread(tracked, triesLeft - 1), REREAD_AFTER_MS).unref();
        },
      );
  }
}

function watchedKey(watch: SharedWatch, object: KubeObject): string {
  const { group, kind } = watch.kind;
  return `${group}/${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

async function atMost(ms: number, wait: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([wait, deadline]);
  clearTimeout(timer);
}

function narrowKey({ group, kind }: GroupVersionKind, { labelSelector }: Selection): string {
  return `${group}/${kind}/${labelSelector}`;
}
