import { isDeepStrictEqual } from 'node:util';
import type { KubeClient, WatchEvent } from '../../../kube/types';
import { type KubeObject, keyOf } from '../../../model/object';
import type { Runtime } from '../../runtime/types';
import { recordOf, type SecretRecord } from './secret-record';

type Metadata = Pick<KubeObject, 'metadata'>;

/** Told of Secrets in the order of events. */
export interface SecretSubscriber {
  /** It is there, or changed. `secret` is what the watch said, all of its metadata. */
  saw?(record: SecretRecord, before: SecretRecord | undefined, secret: Metadata): void;
  lost?(record: SecretRecord): void;
  /** All that there are have been told; those that were missed to go were told as lost. */
  listed?(): void;
}

/** Records of releases are many, change often, and hold no values anybody asks for here. */
const NO_RELEASES = 'type!=helm.sh/release.v1';
const SECRET = { group: '', version: 'v1', kind: 'Secret' };

/** The one watch of the cluster's Secrets, by their metadata alone: of each a few facts are kept. */
export class SecretWatch {
  /** Resolves when all Secrets there were are known. */
  readonly synced: Promise<void>;

  private readonly records = new Map<string, SecretRecord>();
  private readonly subscribers: SecretSubscriber[] = [];
  private complaint: string | undefined;
  private sync!: () => void;

  constructor(
    private readonly client: Pick<KubeClient, 'watch'>,
    private readonly log: Runtime['log'],
  ) {
    this.synced = new Promise((resolve) => {
      this.sync = resolve;
    });
  }

  /** Before `start`. */
  subscribe(subscriber: SecretSubscriber): void {
    this.subscribers.push(subscriber);
  }

  get(namespace: string, name: string): SecretRecord | undefined {
    return this.records.get(keyIn(namespace, name));
  }

  start(signal: AbortSignal): void {
    this.client.watch(
      SECRET,
      { fieldSelector: NO_RELEASES, as: 'metadata' },
      (event) => this.take(event),
      signal,
      (error) => {
        if (error.message !== this.complaint) this.log.warn('watch of Secrets failed, trying again', { error });
        this.complaint = error.message;
      },
    );
  }

  private take(event: WatchEvent): void {
    this.complaint = undefined;
    if (event.type === 'SYNCED') this.listed(event.keys);
    else if (event.type === 'DELETED') this.lost(keyOfSecret(event.object));
    else this.saw(event.object);
  }

  private saw(secret: Metadata): void {
    const key = keyOfSecret(secret);
    const before = this.records.get(key);
    const record = recordOf(secret);
    if (isDeepStrictEqual(before, record)) return;
    this.records.set(key, record);
    for (const subscriber of this.subscribers) subscriber.saw?.(record, before, secret);
  }

  private lost(key: string): void {
    const record = this.records.get(key);
    if (!this.records.delete(key)) return;
    for (const subscriber of this.subscribers) subscriber.lost?.(record!);
  }

  private listed(keys: ReadonlySet<string>): void {
    for (const key of [...this.records.keys()]) if (!keys.has(key)) this.lost(key);
    for (const subscriber of this.subscribers) subscriber.listed?.();
    this.sync();
  }
}

function keyIn(namespace: string, name: string): string {
  return keyOf({ ...SECRET, namespace, name });
}

function keyOfSecret({ metadata }: Metadata): string {
  return keyIn(metadata.namespace ?? '', metadata.name);
}
