import type { KubeClient } from '../../kube/types';
import { refKey } from './ref';
import type { Ref } from './types';

interface Interest {
  readonly onChange: () => void;
  /** What the interested one has seen; undefined: whatever comes first. */
  seen: string | undefined;
}

interface Watched {
  readonly interests: Set<Interest>;
  /** Resource version now, empty where it does not exist; undefined while not known. */
  version: string | undefined;
}

/** Watches of one namespace and kind: by name while they are few, one for all when they are many. */
interface Room {
  readonly objects: Map<string, Watched>;
  readonly single: Map<string, AbortController>;
  all: AbortController | undefined;
}

const MOST_SINGLE = 3;

/** Tells of changes of ConfigMaps and Secrets somebody is interested in, by their metadata alone. */
export class ValuesWatch {
  private readonly rooms = new Map<string, Room>();

  constructor(
    private readonly client: KubeClient,
    private readonly onError: (error: Error) => void,
  ) {}

  /**
   * Calls back whenever the object changes, appears or goes. `seen`: the resource version the caller read (empty: it was absent);
   * without it the first one found is taken for it. Returns what ends it.
   */
  watch(ref: Ref, onChange: () => void, seen?: string): () => void {
    const room = this.roomOf(ref);
    let watched = room.objects.get(ref.name);
    if (watched === undefined) {
      watched = { interests: new Set(), version: undefined };
      room.objects.set(ref.name, watched);
      this.open(ref, room);
    }
    const interest: Interest = { onChange, seen: seen ?? watched.version };
    watched.interests.add(interest);
    if (watched.version !== undefined) tell(watched, watched.version);
    return () => {
      watched.interests.delete(interest);
      if (watched.interests.size === 0 && room.objects.get(ref.name) === watched) this.leave(ref, room);
    };
  }

  close(): void {
    for (const room of this.rooms.values()) for (const stop of [room.all, ...room.single.values()]) stop?.abort();
    this.rooms.clear();
  }

  private roomOf(ref: Ref): Room {
    const key = refKey({ ...ref, name: '' });
    let room = this.rooms.get(key);
    if (room === undefined) {
      room = { objects: new Map(), single: new Map(), all: undefined };
      this.rooms.set(key, room);
    }
    return room;
  }

  private open(ref: Ref, room: Room): void {
    if (room.all !== undefined || room.objects.size > MOST_SINGLE) {
      for (const stop of room.single.values()) stop.abort();
      room.single.clear();
      this.resync(ref, room);
      return;
    }
    const stop = new AbortController();
    room.single.set(ref.name, stop);
    this.follow(ref, room, stop.signal, `metadata.name=${ref.name}`);
  }

  /** One watch over all, begun anew so that the newcomer's present state is told as well. */
  private resync(ref: Ref, room: Room): void {
    room.all?.abort();
    room.all = new AbortController();
    this.follow(ref, room, room.all.signal);
  }

  private follow(ref: Ref, room: Room, signal: AbortSignal, fieldSelector?: string): void {
    const names = () => (fieldSelector === undefined ? [...room.objects.keys()] : [ref.name]);
    const kind = { group: '', version: 'v1', kind: ref.kind };
    this.client.watch(
      kind,
      { namespace: ref.namespace, fieldSelector, as: 'metadata' },
      (event) => {
        if (signal.aborted) return;
        if (event.type === 'SYNCED') {
          for (const name of names()) if (!event.keys.has(`/${ref.kind}/${ref.namespace}/${name}`)) changed(room, name, '');
        } else changed(room, event.object.metadata.name, event.type === 'DELETED' ? '' : (event.object.metadata.resourceVersion ?? ''));
      },
      signal,
      this.onError,
    );
  }

  private leave(ref: Ref, room: Room): void {
    room.objects.delete(ref.name);
    room.single.get(ref.name)?.abort();
    room.single.delete(ref.name);
    if (room.objects.size > 0) return;
    room.all?.abort();
    this.rooms.delete(refKey({ ...ref, name: '' }));
  }
}

function changed(room: Room, name: string, version: string): void {
  const watched = room.objects.get(name);
  if (watched !== undefined) tell(watched, version);
}

function tell(watched: Watched, version: string): void {
  watched.version = version;
  for (const interest of [...watched.interests]) {
    const before = interest.seen;
    interest.seen = version;
    if (before !== undefined && before !== version) interest.onChange();
  }
}
