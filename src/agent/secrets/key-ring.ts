import { setTimeout as sleep } from 'node:timers/promises';
import { FairleadError } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { isActiveKey, type KeySecret, newestFirst, parseSealingKey, type SealingKey } from '../../seal/sealing-key';
import { backoffMs } from '../runtime/backoff';
import type { Runtime } from '../runtime/types';
import type { KeysPresent } from './next-key';
import type { KeyRing } from './types';

type Metadata = Pick<KubeObject, 'metadata'>;

/** A Secret that says it is a key and holds none. */
export interface MalformedKey {
  readonly secret: KubeObject;
  readonly error: FairleadError;
}

interface Held {
  readonly version: string | undefined;
  readonly key?: SealingKey;
  readonly malformed?: MalformedKey;
}

export interface LiveKeyRingOptions {
  readonly client: KubeClient;
  /** Keys of this namespace alone count. */
  readonly namespace: string;
  readonly log: Runtime['log'];
  readonly redactor: Pick<Runtime['redactor'], 'add'>;
  readonly signal: AbortSignal;
}

const SECRET = { group: '', version: 'v1', kind: 'Secret' };

/**
 * The keys of one namespace, as whoever watches Secrets sees them come and go. A key that is put out of use or deleted is out at once; one that
 * comes or changes is read first, and what cannot be read as a key hides no other.
 */
export class LiveKeyRing implements KeyRing {
  keys: readonly SealingKey[] = [];
  private readonly held = new Map<string, Held>();
  private readonly retired = new Set<string>();
  private readonly unread = new Set<string>();
  /** Being read; taken out by any news of it, which makes the answer outdated. */
  private readonly inFlight = new Set<string>();
  private readonly subscribers: (() => void)[] = [];
  private reading: Promise<void> | undefined;
  private isListed = false;
  private told = '';

  constructor(private readonly options: LiveKeyRingOptions) {}

  /** Whether every key that was there has been read. */
  isLoaded = false;

  /** Secrets that were found to be no keys. */
  get malformed(): readonly MalformedKey[] {
    return [...this.held.values()].flatMap(({ malformed }) => malformed ?? []);
  }

  get present(): KeysPresent {
    return { keys: this.keys, hasRetired: this.retired.size > 0 };
  }

  subscribe(onChange: () => void): void {
    this.subscribers.push(onChange);
  }

  /** A Secret of the namespace is there, or changed. */
  saw({ metadata }: Metadata): void {
    const { name, deletionTimestamp, resourceVersion } = metadata;
    if (deletionTimestamp !== undefined || !isActiveKey({ metadata })) {
      this.drop(name, deletionTimestamp === undefined && metadata.labels?.[labels.sealingKey] !== undefined);
      return;
    }
    this.retired.delete(name);
    if (this.held.get(name)?.version === resourceVersion && resourceVersion !== undefined) return;
    this.inFlight.delete(name);
    this.unread.add(name);
    this.readAll();
  }

  /** A Secret of the namespace is gone. */
  lost(name: string): void {
    this.drop(name);
  }

  /** All there are have been told. */
  listed(): void {
    this.isListed = true;
    this.readAll();
  }

  /** Takes a Secret that was read whole. */
  take(secret: KeySecret): void {
    const { name, resourceVersion: version } = secret.metadata;
    const before = this.held.get(name)?.key;
    const { key, malformed } = this.parse(secret);
    this.retired.delete(name);
    this.held.set(name, { version, key, malformed });
    if (key !== undefined && key.fingerprint !== before?.fingerprint) this.say('sealing key in use', key);
    this.changed();
  }

  /** Looks at the namespace anew, past every cache. Resolves, once all is read, with what its Secrets say of themselves. */
  async refresh(): Promise<readonly KubeObject[]> {
    const { client, namespace } = this.options;
    const secrets = await client.list(SECRET, { namespace, as: 'metadata' });
    const names = new Set(secrets.map(({ metadata }) => metadata.name));
    for (const secret of secrets) this.saw(secret);
    for (const name of [...this.held.keys(), ...this.retired]) if (!names.has(name)) this.unread.add(name);
    this.readAll();
    while (this.reading !== undefined) await this.reading;
    return secrets;
  }

  private readAll(): void {
    this.reading ??= this.readUnread().finally(() => {
      this.reading = undefined;
      if (this.unread.size > 0 && !this.options.signal.aborted) this.readAll();
      this.changed();
    });
  }

  private async readUnread(): Promise<void> {
    const { signal, log } = this.options;
    for (let failures = 0; this.unread.size > 0 && !signal.aborted; ) {
      const results = await Promise.allSettled([...this.unread].map((name) => this.read(name)));
      const failed = results.find((result) => result.status === 'rejected');
      failures = failed === undefined ? 0 : failures + 1;
      if (failed === undefined) continue;
      log.warn('a sealing key cannot be read, trying again', { error: failed.reason });
      await sleep(backoffMs(failures), undefined, { signal }).catch(() => undefined);
    }
  }

  private async read(name: string): Promise<void> {
    this.unread.delete(name);
    this.inFlight.add(name);
    try {
      const secret = await this.options.client.get<KeySecret>({ ...SECRET, namespace: this.options.namespace, name });
      if (!this.inFlight.delete(name)) return;
      if (secret === undefined) this.drop(name);
      else if (isActiveKey(secret)) this.take(secret);
      else this.saw(secret);
    } catch (error) {
      if (this.inFlight.delete(name)) this.unread.add(name);
      throw error;
    }
  }

  private parse(secret: KeySecret): Pick<Held, 'key' | 'malformed'> {
    try {
      const key = parseSealingKey(secret);
      tellKey(this.options.redactor, secret);
      return { key };
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      const { apiVersion, kind, metadata } = secret;
      return { malformed: { secret: { apiVersion, kind, metadata }, error } };
    }
  }

  private drop(name: string, isRetired = false): void {
    const key = this.held.get(name)?.key;
    this.unread.delete(name);
    this.inFlight.delete(name);
    this.held.delete(name);
    if (isRetired) this.retired.add(name);
    else this.retired.delete(name);
    if (key !== undefined) this.say('sealing key no longer in use', key);
    this.changed();
  }

  private say(what: string, { name, fingerprint }: SealingKey): void {
    this.options.log.info(what, { secret: `${this.options.namespace}/${name}`, fingerprint });
  }

  /** Two Secrets may hold one key: it counts once. */
  private changed(): void {
    this.isLoaded ||= this.isListed && this.unread.size === 0 && this.inFlight.size === 0;
    const keys = newestFirst([...this.held.values()].flatMap(({ key }) => key ?? []));
    this.keys = keys.filter(({ fingerprint }, at) => keys.findIndex((other) => other.fingerprint === fingerprint) === at);
    const told = JSON.stringify([
      this.isLoaded,
      this.retired.size > 0,
      this.keys.map(({ name, fingerprint, backedUpAt }) => [name, fingerprint, backedUpAt]),
      this.malformed.map(({ secret }) => [secret.metadata.name, secret.metadata.resourceVersion]),
    ]);
    if (told === this.told) return;
    this.told = told;
    for (const tell of this.subscribers) tell();
  }
}

/** From now on no output may have the private key, as it is or as it travels. */
export function tellKey(redactor: Pick<Runtime['redactor'], 'add'>, { data }: KeySecret): void {
  const privateKey = data?.['tls.key'];
  if (privateKey === undefined) return;
  redactor.add(privateKey);
  redactor.add(Buffer.from(privateKey, 'base64').toString());
}
