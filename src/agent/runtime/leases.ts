import { errors } from '../../common/errors';
import { onAbort } from '../../common/on-abort';
import { isAlreadyExists, isConflict, isForbidden, isNotFound } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { idOf, type ObjectId } from '../../model/object';
import { givenUp, isFree, type Lease, type Sighting, sight, takenBy } from './lease-rules';
import { realTiming, type Timing } from './schedule';
import type { Runtime } from './types';

export interface LeasesOptions {
  /** Without guard, and with a timeout shorter than the lease. */
  readonly client: KubeClient;
  /** Names as Flux has them. */
  readonly names: readonly string[];
  readonly namespace: string;
  readonly identity: string;
  readonly log: Runtime['log'];
  /** A lease was lost: nothing may be written any more, the process must end. */
  readonly onLost: (error: Error) => void;
  /** How long others respect a lease that is not renewed. @default 35000, as Flux */
  readonly durationMs?: number;
  /** @default 10000 */
  readonly renewMs?: number;
  /** How often a lease of somebody else, or one that could not be renewed, is tried again. @default 5000 */
  readonly retryMs?: number;
  readonly timing?: Timing;
  readonly now?: () => Date;
}

interface Held {
  lease: Lease;
  /** Monotonic: until then nobody else can have it. */
  deadlineMs: number;
}

const LEASE = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' };

/**
 * Flux's leader election Leases: whoever holds them all is the only writer of their kinds. The deadline counts from the moment a renewal was
 * sent, less a seventh of the duration, so that it is over here before it is over for others.
 */
export class Leases {
  private readonly held = new Map<string, Held>();
  private complete = false;
  private lost = false;
  private renewal: unknown;
  /** The renewal that runs, or the last one. */
  private renewing: Promise<void> = Promise.resolve();
  private watchdog: unknown;
  private readonly timing: Timing;
  private readonly durationMs: number;
  private readonly retryMs: number;

  constructor(private readonly options: LeasesOptions) {
    this.timing = options.timing ?? realTiming;
    this.durationMs = options.durationMs ?? 35_000;
    this.retryMs = options.retryMs ?? 5_000;
  }

  get leading(): boolean {
    return this.complete && !this.lost && this.timing.now() < this.deadlineMs();
  }

  /** Throws unless all leases are ours right now. Called before every write. */
  readonly guard = (): void => {
    if (!this.leading) throw errors.LeaseLost({ lease: this.options.names.join(', ') });
  };

  /** Resolves when all leases are held; from then on they are renewed. Rejects when the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    this.renewLater();
    for (;;) {
      await this.takeAll(await this.persistently(() => this.wanted(), signal), signal);
      const missing = (await this.persistently(() => this.wanted(), signal)).filter((id) => !this.held.has(keyOf(id)));
      if (missing.length === 0) break;
      await this.release(); // somebody else began elsewhere at the same time: all begin anew, in one order
      this.renewLater();
      await this.pause(this.retryMs * Math.random(), signal);
    }
    this.complete = true;
    this.watch();
    this.options.log.info('leases held', { leases: [...this.held.keys()], identity: this.options.identity });
  }

  /** Lets a successor take over at once. */
  async release(): Promise<void> {
    this.complete = false;
    this.stopTimers();
    // What it takes meanwhile is to be given away, too.
    await this.renewing;
    this.stopTimers();
    const leases = [...this.held.values()];
    this.held.clear();
    if (this.lost) return;
    await Promise.all(
      leases.map(({ lease }) =>
        this.giveAway(lease).catch((error) =>
          this.options.log.warn('lease not released, a successor waits until it expires', { lease: lease.metadata.name, error }),
        ),
      ),
    );
  }

  /** A renewal whose answer did not come may have been written: the lease is ours in a newer state then. */
  private async giveAway(lease: Lease): Promise<void> {
    const { client, identity } = this.options;
    const write = ({ spec, ...rest }: Lease) => client.replace<Lease>({ ...rest, spec: givenUp(spec, this.now()) });
    try {
      await write(lease);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const latest = await client.get<Lease>(idOf(lease));
      if (latest?.spec.holderIdentity === identity) await write(latest);
    }
  }

  /** Our namespace's, and those a Flux in another namespace uses. In one order, so that two agents never hold one each. */
  private async wanted(): Promise<ObjectId[]> {
    const { client, names, namespace } = this.options;
    const ids = names.map((name) => ({ ...LEASE, namespace, name }));
    try {
      for (const name of names) {
        for (const lease of await client.list(LEASE, { fieldSelector: `metadata.name=${name}`, as: 'metadata' })) {
          if (lease.metadata.namespace !== namespace) ids.push({ ...LEASE, namespace: lease.metadata.namespace ?? '', name });
        }
      }
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.options.log.warn('leases of other namespaces cannot be seen: make sure no Flux runs there', { error });
    }
    return ids.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  private async takeAll(ids: readonly ObjectId[], signal: AbortSignal): Promise<void> {
    const sightings = new Map<string, Sighting>();
    let told: string | undefined;
    for (let missing = ids; missing.length > 0; missing = missing.filter((id) => !this.held.has(keyOf(id)))) {
      const blocking = await this.persistently(() => this.takeFree(missing, sightings), signal);
      if (blocking === undefined) continue;
      const holder = `${keyOf(idOf(blocking))} ${blocking.spec.holderIdentity}`;
      if (holder !== told) {
        this.options.log.info('waiting for a lease that somebody else holds', { lease: keyOf(idOf(blocking)), holder: blocking.spec.holderIdentity });
      }
      told = holder;
      await this.pause(this.retryMs, signal);
    }
  }

  /** Takes leases in their order up to the first that is not free, which it returns. All are looked at, so that they age together. */
  private async takeFree(ids: readonly ObjectId[], sightings: Map<string, Sighting>): Promise<Lease | undefined> {
    const leases = await Promise.all(ids.map((id) => this.options.client.get<Lease>(id)));
    const now = this.timing.now();
    for (const [at, id] of ids.entries()) {
      const lease = leases[at];
      if (lease !== undefined) sightings.set(keyOf(id), sight(sightings.get(keyOf(id)), lease, now));
    }
    for (const [at, id] of ids.entries()) {
      const lease = leases[at];
      if (lease !== undefined && !isFree(lease, this.options.identity, sightings.get(keyOf(id))!, now)) return lease;
      if (!(await this.tryWrite(id, lease))) return undefined;
    }
    return undefined;
  }

  /** Writes us as holder of the lease in this state; false where somebody was faster. */
  private async tryWrite(id: ObjectId, seen: Lease | undefined): Promise<boolean> {
    const started = this.timing.now();
    const spec = takenBy(this.options.identity, seen?.spec ?? {}, this.durationMs, this.now());
    try {
      const lease =
        seen === undefined
          ? await this.options.client.create<Lease>({
              apiVersion: 'coordination.k8s.io/v1',
              kind: 'Lease',
              metadata: { name: id.name, namespace: id.namespace },
              spec,
            })
          : await this.options.client.replace<Lease>({ ...seen, spec });
      this.held.set(keyOf(id), { lease, deadlineMs: started + this.durationMs * (6 / 7) });
      return true;
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return false;
      if (seen !== undefined || !isNotFound(error)) throw error;
      await this.createNamespace(id.namespace);
      return false;
    }
  }

  /** A cluster that never had a Flux has no place for its leases. */
  private async createNamespace(name: string): Promise<void> {
    await this.options.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    this.options.log.info('created the namespace of the leases', { namespace: name });
  }

  private renewLater(delayMs = this.options.renewMs ?? 10_000): void {
    this.timing.clearTimer(this.renewal);
    this.renewal = this.timing.setTimer(() => {
      this.renewing = this.renewAll();
    }, delayMs);
  }

  private stopTimers(): void {
    this.timing.clearTimer(this.renewal);
    this.timing.clearTimer(this.watchdog);
  }

  private async renewAll(): Promise<void> {
    if (this.complete && !this.leading) return this.lose(this.options.names.join(', ')); // slept past the deadline: not even a Lease is written
    const results = await Promise.all([...this.held].map(([key, held]) => this.renew(key, held)));
    if (this.lost || (this.complete && this.held.size === 0)) return;
    if (this.complete) this.watch();
    this.renewLater(results.includes(false) ? this.retryMs : undefined);
  }

  private async renew(key: string, held: Held): Promise<boolean> {
    const id = idOf(held.lease);
    try {
      if (await this.tryWrite(id, held.lease)) return true;
      const lease = await this.options.client.get<Lease>(id);
      if (lease?.spec.holderIdentity === this.options.identity) return await this.tryWrite(id, lease);
      if (this.complete) this.lose(key);
      else this.held.delete(key);
      return false;
    } catch (error) {
      this.options.log.warn('lease not renewed, trying again', { lease: key, error });
      return false;
    }
  }

  /** Notices the deadline even while a renewal hangs. */
  private watch(): void {
    this.timing.clearTimer(this.watchdog);
    this.watchdog = this.timing.setTimer(
      () => {
        if (this.leading) this.watch();
        else this.lose(this.options.names.join(', '));
      },
      Math.max(0, this.deadlineMs() - this.timing.now()) + 1,
    );
  }

  private lose(lease: string): void {
    if (this.lost) return;
    this.lost = true;
    this.stopTimers();
    this.options.onLost(errors.LeaseLost({ lease }));
  }

  private deadlineMs(): number {
    return Math.min(...[...this.held.values()].map((held) => held.deadlineMs));
  }

  /** Before anything is held there is nothing to lose: a server that is away is waited for. */
  private async persistently<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        this.options.log.warn('leases cannot be acquired yet, trying again', { error });
        await this.pause(this.retryMs, signal);
      }
    }
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = this.timing.setTimer(() => {
        unlink();
        resolve();
      }, ms);
      const unlink = onAbort(signal, (reason) => {
        this.timing.clearTimer(timer);
        reject(reason);
      });
    });
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}

function keyOf(id: ObjectId): string {
  return `${id.namespace}/${id.name}`;
}
