import { errors } from '../../../common/errors';
import { isAlreadyExists } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import { fieldManagers } from '../../../model/labels';
import { keySecret, type SealingPair } from '../../../seal/key-secret';
import { type KeySecret, parseSealingKey } from '../../../seal/sealing-key';
import { backoffMs } from '../../runtime/backoff';
import type { RecordedEvent, Runtime } from '../../runtime/types';
import type { Standing } from '../types';
import type { LiveKeyRing } from './key-ring';
import { type KeyRules, nextKeyAt, nextKeyName } from './next-key';
import { tellKey } from './read-key';

export interface KeyMakerOptions {
  readonly client: Pick<KubeClient, 'create'>;
  readonly ring: Pick<LiveKeyRing, 'present' | 'refresh' | 'saw' | 'settled' | 'subscribe'>;
  readonly standing: Standing;
  readonly rules: KeyRules;
  readonly namespace: string;
  readonly log: Runtime['log'];
  readonly redactor: Pick<Runtime['redactor'], 'add'>;
  readonly record: (event: RecordedEvent) => void;
  /** Takes seconds. */
  readonly createKey: () => Promise<SealingPair>;
  readonly now?: () => Date;
}

/** The clock may be set meanwhile, and timers of more than 24 days fire at once. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Makes the cluster's first key and its later ones, while this agent is the one that unseals. A key is made in one request, so there is none
 * or a whole one; before that the namespace is looked at anew, and the name follows from what was seen there, so that another agent that saw
 * the same makes no second one.
 */
export class KeyMaker {
  private timer: NodeJS.Timeout | undefined;
  private making = false;
  private failures = 0;
  private saidWaiting = false;
  /** Made, and not written yet: a namespace that is not there takes no seconds of computing at each try. */
  private unwritten: SealingPair | undefined;

  constructor(private readonly options: KeyMakerOptions) {}

  start(signal: AbortSignal): void {
    const consider = () => void this.consider(signal);
    signal.addEventListener('abort', () => clearTimeout(this.timer), { once: true });
    this.options.ring.subscribe(consider);
    this.options.standing.subscribe(consider);
    consider();
  }

  private async consider(signal: AbortSignal): Promise<void> {
    if (this.making || signal.aborted) return;
    clearTimeout(this.timer);
    const waitMs = this.waitMs();
    if (waitMs === undefined) return this.tellWaiting();
    if (waitMs > 0) return this.wait(waitMs, signal);
    this.making = true;
    try {
      await this.make(signal);
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      this.options.log.warn('no sealing key made, trying again', { error });
    }
    this.making = false;
    if (this.failures > 0) this.wait(backoffMs(this.failures), signal);
    else void this.consider(signal);
  }

  private wait(waitMs: number, signal: AbortSignal): void {
    if (!signal.aborted) this.timer = setTimeout(() => void this.consider(signal), Math.min(waitMs, LONGEST_WAIT_MS));
  }

  /** Until the next key is due; undefined where none will be. */
  private waitMs(): number | undefined {
    const { ring, standing, rules, now = () => new Date() } = this.options;
    const at = standing.isActive ? nextKeyAt(ring.present, rules) : undefined;
    return at === undefined ? undefined : +at - +now();
  }

  private async make(signal: AbortSignal): Promise<void> {
    const { ring, namespace, log, createKey } = this.options;
    await ring.refresh();
    if (!this.isDue()) return;
    if (this.unwritten === undefined) log.info('making a sealing key', { namespace });
    const pair = this.unwritten ?? (await createKey());
    const name = nextKeyName((await ring.refresh()).map(({ metadata }) => metadata));
    this.unwritten = undefined;
    if (signal.aborted || !this.isDue()) return;
    const made = await this.write(keySecret(pair, { namespace, name })).catch((error: unknown) => {
      this.unwritten = pair;
      throw error;
    });
    if (made === undefined) return;
    await ring.settled();
    this.tell(made);
  }

  private tellWaiting(): void {
    const { ring, standing, namespace, log } = this.options;
    if (this.saidWaiting || !standing.isActive || ring.present.keys.length > 0) return;
    this.saidWaiting = true;
    log.info('there is no sealing key: waiting until keys are restored with fairlead seal restore', { namespace });
  }

  private isDue(): boolean {
    const waitMs = this.waitMs();
    return waitMs !== undefined && waitMs <= 0;
  }

  /** Undefined where another agent was faster. */
  private async write(secret: KeySecret): Promise<KeySecret | undefined> {
    const { client, ring, namespace, redactor } = this.options;
    tellKey(redactor, secret);
    try {
      const made = await client.create(secret, { fieldManager: fieldManagers.secrets });
      ring.saw(made);
      return made;
    } catch (cause) {
      if (isAlreadyExists(cause)) return undefined;
      throw errors.SealingKeyNotMade({ namespace, reason: (cause as Error).message }, cause);
    }
  }

  private tell(made: KeySecret): void {
    const { apiVersion, kind, metadata } = made;
    const { log, record, now = () => new Date() } = this.options;
    const { fingerprint, notAfter } = parseSealingKey(made);
    log.info('made a sealing key; it is not backed up yet: fairlead seal backup', {
      secret: `${metadata.namespace}/${metadata.name}`,
      fingerprint,
      notAfter,
    });
    const message = `Sealing key ${fingerprint} was made. It is not backed up yet: run fairlead seal backup`;
    record({ type: 'Normal', reason: 'SealingKeyMade', message, object: { apiVersion, kind, metadata }, at: now() });
  }
}
