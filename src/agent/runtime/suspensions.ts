import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { SUSPENSIONS, type SuspendedRef, type Suspension, suspensionsIn } from '../../model/suspension';
import { refKey } from './ref';
import { Schedule, type Timing } from './schedule';
import type { Runtime } from './types';

export interface SuspensionsDeps {
  readonly client: Pick<KubeClient, 'watch' | 'patch'>;
  readonly namespace: string;
  readonly log: Runtime['log'];
  readonly now?: () => Date;
  readonly timing?: Timing;
}

/** Told of what begins and ends, after `of` says so. */
export interface SuspensionListener {
  began(suspension: Suspension): void;
  /** `expired`: by its own `until`. */
  ended(suspension: Suspension, how: 'resumed' | 'expired'): void;
}

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** What people told the agent to leave alone for a while: the ConfigMap of suspensions, watched. Its absence is the usual case. */
export class Suspensions {
  private readonly active = new Map<string, Suspension>();
  private readonly listeners = new Set<SuspensionListener>();
  private readonly expiry: Schedule;
  private map: ConfigMap | undefined;

  constructor(private readonly deps: SuspensionsDeps) {
    this.expiry = new Schedule(() => this.take(this.map), deps.timing);
  }

  /** Those that last, in no order. */
  get all(): readonly Suspension[] {
    return [...this.active.values()];
  }

  /** What suspends an object, itself or with everything else. */
  readonly of = (ref: SuspendedRef): Suspension | undefined => this.active.get(refKey(ref)) ?? this.ofCluster;

  /** Whether it suspends everything. */
  static isOfCluster({ of }: Suspension): boolean {
    return of.kind === 'Cluster';
  }

  listen(listener: SuspensionListener): void {
    this.listeners.add(listener);
  }

  /** Resolves when what is suspended now is known. */
  watch(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.expiry.clear(), { once: true });
    const selection = { namespace: this.deps.namespace, fieldSelector: `metadata.name=${SUSPENSIONS}` };
    return new Promise((resolve) => {
      this.deps.client.watch(
        { group: '', version: 'v1', kind: 'ConfigMap' },
        selection,
        (event) => {
          if (event.type !== 'SYNCED') return this.take(event.type === 'DELETED' ? undefined : (event.object as ConfigMap));
          if (event.keys.size === 0) this.take(undefined);
          resolve();
        },
        signal,
        (error) => this.deps.log.warn('watch of suspensions failed, trying again', { error }),
      );
    });
  }

  private get ofCluster(): Suspension | undefined {
    for (const suspension of this.active.values()) if (Suspensions.isOfCluster(suspension)) return suspension;
    return undefined;
  }

  private take(map: ConfigMap | undefined): void {
    this.map = map;
    const now = this.deps.now?.() ?? new Date();
    const next = new Map(suspensionsIn(map?.data ?? {}, now).map((suspension) => [refKey(suspension.of), suspension]));
    const before = new Map(this.active);
    this.active.clear();
    for (const [key, suspension] of next) this.active.set(key, suspension);

    for (const [key, suspension] of next) {
      this.expiry.set(key, Date.parse(suspension.until) - now.getTime() + 1);
      if (JSON.stringify(before.get(key)) !== JSON.stringify(suspension)) for (const listener of this.listeners) listener.began(suspension);
    }
    for (const [key, suspension] of before) {
      if (next.has(key)) continue;
      this.expiry.cancel(key);
      const how = Date.parse(suspension.until) <= now.getTime() ? 'expired' : 'resumed';
      for (const listener of this.listeners) listener.ended(suspension, how);
    }
    if (map !== undefined) this.tidy(map, now);
  }

  /** Takes entries out that are over. Somebody who renews one at the same moment wins. */
  private tidy({ metadata, data = {} }: ConfigMap, now: Date): void {
    const isOver = ([key, text]: [string, string]) =>
      suspensionsIn({ [key]: text }, new Date(0)).length > 0 && suspensionsIn({ [key]: text }, now).length === 0;
    const over = Object.entries(data).filter(isOver);
    if (over.length === 0) return;
    const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: this.deps.namespace, name: SUSPENSIONS };
    const body = { metadata: { resourceVersion: metadata.resourceVersion }, data: Object.fromEntries(over.map(([key]) => [key, null])) };
    this.deps.client
      .patch(id, 'merge', body, { fieldManager: 'fairlead' })
      .catch((error) => this.deps.log.warn('suspensions that are over were not taken out; they count no more', { error }));
  }
}
