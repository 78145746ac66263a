import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { timestamp } from '../../common/timestamp';
import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject } from '../../model/object';
import { refKey, refOf } from './ref';
import { TokenBucket } from './token-bucket';
import type { RecordedEvent, Runtime } from './types';

export interface KubernetesEventsOptions {
  /** Events kept for sending; beyond it the oldest Normal ones are dropped. @default 1000 */
  readonly capacity?: number;
  /** @default 100, then 20 a second */
  readonly pace?: TokenBucket;
}

/** The same of an object again within this time is not news. */
const REPEAT_MS = 5 * 60_000;
/** The API's limit. */
const LONGEST_MESSAGE = 1024;

/** Writes what happened as Kubernetes Events, as Flux does. In its own time: an object's reconcile never waits for it. */
export class KubernetesEvents {
  private readonly queue: RecordedEvent[] = [];
  private readonly lastSaid = new Map<string, number>();
  private readonly pace: TokenBucket;
  private readonly capacity: number;
  private sending = false;

  constructor(
    private readonly client: KubeClient,
    private readonly log: Runtime['log'],
    private readonly signal: AbortSignal,
    options: KubernetesEventsOptions = {},
  ) {
    this.capacity = options.capacity ?? 1000;
    this.pace = options.pace ?? new TokenBucket(100, 20);
  }

  /** Subscribe this to the recorder. */
  readonly take = (event: RecordedEvent): void => {
    if (this.signal.aborted || !this.isNews(event)) return;
    if (this.queue.length >= this.capacity) {
      const normal = this.queue.findIndex((queued) => queued.type === 'Normal');
      this.queue.splice(Math.max(0, normal), 1);
    }
    this.queue.push(event);
    if (!this.sending) void this.send();
  };

  private isNews(event: RecordedEvent): boolean {
    const key = `${refKey(refOf(event.object))} ${event.reason} ${event.message}`;
    const at = event.at.getTime();
    const last = this.lastSaid.get(key);
    if (last !== undefined && at - last < REPEAT_MS) return false;
    if (this.lastSaid.size > 10 * this.capacity) for (const [old, said] of this.lastSaid) if (at - said >= REPEAT_MS) this.lastSaid.delete(old);
    this.lastSaid.set(key, at);
    return true;
  }

  private async send(): Promise<void> {
    this.sending = true;
    try {
      for (let event = this.queue.shift(); event !== undefined && !this.signal.aborted; event = this.queue.shift()) {
        if (!this.pace.take()) {
          await sleep(this.pace.waitMs() + 1, undefined, { signal: this.signal });
          this.pace.take();
        }
        await this.client.create(kubernetesEvent(event)).catch((error) => this.log.warn('event not written', { error }));
      }
    } catch {
      // The agent stops: what is left is not worth waiting for.
    } finally {
      this.sending = false;
    }
  }
}

/** The Event object, in the words of Flux's controllers. */
export function kubernetesEvent(event: RecordedEvent): KubeObject {
  const { object, type, reason, message, at, metadata = {} } = event;
  const { group, kind, namespace, name } = idOf(object);
  const component = group === '' ? 'fairlead' : `${group.split('.')[0]}-controller`;
  const time = timestamp(at);
  const unique = (BigInt(at.getTime()) * 1_000_000n + BigInt(Math.floor(Math.random() * 1_000_000))).toString(16);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${unique}`,
      namespace: namespace || 'default',
      annotations: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`${group}/${key}`, value])),
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind,
      namespace,
      name,
      uid: object.metadata.uid,
      resourceVersion: object.metadata.resourceVersion,
    },
    type,
    reason,
    message: message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`,
    source: { component, host: hostname() },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
