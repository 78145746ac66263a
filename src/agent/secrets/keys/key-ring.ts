import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../../kube/types';
import { labels } from '../../../model/labels';
import type { KubeObject } from '../../../model/object';
import { isActiveKey, type KeySecret, newestFirst, type SealingKey } from '../../../seal/sealing-key';
import { backoffMs } from '../../runtime/backoff';
import type { Runtime } from '../../runtime/types';
import type { KeyRing } from '../types';
import type { KeysPresent } from './next-key';
import { type MalformedKey, readKey } from './read-key';

type Metadata = Pick<KubeObject, 'metadata'>;

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
  private readonly reading = new Map<string, { readonly ended: Promise<void> }>();
  private readonly subscribers: (() => void)[] = [];
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
    this.read(name);
  }

  /** A Secret of the namespace is gone. */
  lost(name: string): void {
    this.drop(name);
  }

  /** All there are have been told. */
  listed(): void {
    this.isListed = true;
    this.changed();
  }

  /** Looks at the namespace anew, past every cache. Resolves, once all is read, with what its Secrets say of themselves. */
  async refresh(): Promise<readonly KubeObject[]> {
    const { client, namespace } = this.options;
    const secrets = await client.list(SECRET, { namespace, as: 'metadata' });
    const names = new Set(secrets.map(({ metadata }) => metadata.name));
    for (const secret of secrets) this.saw(secret);
    for (const name of [...this.held.keys(), ...this.retired]) if (!names.has(name)) this.read(name);
    await this.settled();
    return secrets;
  }

  /** Resolves when all that was seen is read. */
  async settled(): Promise<void> {
    while (this.reading.size > 0 && !this.options.signal.aborted) await Promise.all([...this.reading.values()].map(({ ended }) => ended));
  }

  private read(name: string): void {
    const read: { ended: Promise<void> } = { ended: Promise.resolve() };
    this.reading.set(name, read);
    read.ended = this.readUntilKnown(name, () => this.reading.get(name) === read);
  }

  /** @param isWanted until there is news of it, which makes the answer outdated */
  private async readUntilKnown(name: string, isWanted: () => boolean): Promise<void> {
    const { client, namespace, log, signal } = this.options;
    for (let failures = 1; isWanted() && !signal.aborted; failures++) {
      try {
        const secret = await client.get<KeySecret>({ ...SECRET, namespace, name });
        if (isWanted()) this.know(name, secret);
        return;
      } catch (error) {
        log.warn('a sealing key cannot be read, trying again', { secret: `${namespace}/${name}`, error });
        await sleep(backoffMs(failures), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private know(name: string, secret: KeySecret | undefined): void {
    this.reading.delete(name);
    if (secret === undefined) this.drop(name);
    else if (isActiveKey(secret)) this.take(secret);
    else this.saw(secret);
  }

  private take(secret: KeySecret): void {
    const { name, resourceVersion: version } = secret.metadata;
    const before = this.held.get(name)?.key;
    const held: Held = { version, ...readKey(secret, this.options.redactor) };
    this.retired.delete(name);
    this.held.set(name, held);
    if (held.key !== undefined && held.key.fingerprint !== before?.fingerprint) this.say('sealing key in use', held.key);
    this.changed();
  }

  private drop(name: string, isRetired = false): void {
    if (!isRetired && !this.held.has(name) && !this.retired.has(name) && !this.reading.has(name)) return;
    const key = this.held.get(name)?.key;
    this.reading.delete(name);
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
    this.isLoaded ||= this.isListed && this.reading.size === 0;
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
