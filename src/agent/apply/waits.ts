import { onAbort } from '../../common/on-abort';
import type { KubeClient } from '../../kube/types';
import type { ObjectId } from '../../model/object';
import { type Health, inProgress } from '../../objects/verdict';
import { byName } from './selections';
import { neverSeen, type Tracked } from './tracked';
import type { Tracker } from './tracker';
import type { HealthReport, HealthyOptions, WaitOptions } from './types';

/** What is waited for, judged from the state that is kept. */
interface Goal {
  readonly health: (tracked: Tracked) => Health;
  readonly isReached: (health: Health) => boolean;
  /** Waiting longer makes no sense. */
  readonly isLost: (health: Health) => boolean;
}

/** Waits for objects by events. Those nobody tracks are watched by name meanwhile. */
export class Waits {
  constructor(
    private readonly client: KubeClient,
    private readonly tracker: Tracker,
  ) {}

  async healthy(ids: readonly ObjectId[], options: HealthyOptions): Promise<HealthReport> {
    const { failFast = true, completed = false } = options;
    return await this.until(ids, options, {
      health: (tracked) => (completed && tracked.completion) || tracked.health,
      isReached: ({ status }) => status === 'Current',
      isLost: ({ status }) => failFast && status === 'Failed',
    });
  }

  async gone(ids: readonly ObjectId[], options: WaitOptions): Promise<HealthReport> {
    options.signal.throwIfAborted();
    const isThere = await Promise.all(
      ids.map(async (id) => this.tracker.get(id) !== undefined || (await this.client.get(id, { as: 'metadata' })) !== undefined),
    );
    return await this.until(
      ids.filter((_, index) => isThere[index]),
      options,
      { health: (tracked) => tracked.health, isReached: ({ status }) => status === 'NotFound', isLost: () => false },
    );
  }

  private async until(ids: readonly ObjectId[], options: WaitOptions, goal: Goal): Promise<HealthReport> {
    options.signal.throwIfAborted();
    const objects = new Set(ids.map((id) => this.tracker.track(id, { selection: byName(id), fieldManager: '' })));
    const wait = new Wait(objects, goal, (tracked) => this.tracker.look(tracked));
    try {
      return await wait.run(options);
    } finally {
      for (const tracked of objects) this.tracker.dropUnneeded(tracked);
    }
  }
}

/** One wait for one set of objects. */
class Wait {
  private readonly open = new Set<Tracked>();

  constructor(
    private readonly objects: ReadonlySet<Tracked>,
    private readonly goal: Goal,
    private readonly ask: (tracked: Tracked) => void,
  ) {}

  async run({ timeoutMs, signal }: WaitOptions): Promise<HealthReport> {
    const listeners = new Map<Tracked, () => void>();
    let timer: NodeJS.Timeout | undefined;
    let unlink = () => {};
    try {
      const isInTime = await new Promise<boolean>((resolve, reject) => {
        unlink = onAbort(signal, reject);
        timer = setTimeout(() => resolve(false), timeoutMs);
        for (const tracked of this.objects) {
          const look = () => this.look(tracked) && resolve(true);
          listeners.set(tracked, look);
          tracked.waiters.add(look);
          this.ask(tracked);
        }
        if (this.isOverAlready()) resolve(true);
      });
      return this.report(!isInTime);
    } finally {
      clearTimeout(timer);
      unlink();
      for (const [tracked, look] of listeners) tracked.waiters.delete(look);
    }
  }

  private isOverAlready(): boolean {
    for (const tracked of this.objects) this.look(tracked);
    return this.open.size === 0 || [...this.objects].some((tracked) => this.goal.isLost(this.goal.health(tracked)));
  }

  /** Whether the wait is over with what this object is now. */
  private look(tracked: Tracked): boolean {
    const health = this.goal.health(tracked);
    if (this.goal.isReached(health)) this.open.delete(tracked);
    else this.open.add(tracked);
    return this.goal.isLost(health) || this.open.size === 0;
  }

  private report(timedOut: boolean): HealthReport {
    const unhealthy = [...this.open].map((tracked) => ({ id: tracked.id, health: this.explain(tracked) }));
    return { healthy: unhealthy.length === 0, timedOut, unhealthy };
  }

  private explain(tracked: Tracked): Health {
    const health = this.goal.health(tracked);
    const { error } = tracked.watch;
    return health === neverSeen && error ? inProgress(`cannot be watched: ${error.message}`) : health;
  }
}
