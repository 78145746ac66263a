import { lacksBackup } from '../../../seal/sealing-key';
import type { RecordedEvent, Runtime } from '../../runtime/types';
import type { Standing } from '../types';
import type { LiveKeyRing } from './key-ring';

export interface KeyReportsOptions {
  readonly ring: Pick<LiveKeyRing, 'keys' | 'malformed' | 'subscribe'>;
  readonly standing: Standing;
  readonly log: Runtime['log'];
  readonly record: (event: RecordedEvent) => void;
}

const DAY_MS = 86_400_000;

/** Tells people what is wrong with the cluster's keys, while this agent is the one that unseals. */
export class KeyReports {
  /** By name, the version that was told of. */
  private told: ReadonlyMap<string, string> = new Map();
  private daily: NodeJS.Timeout | undefined;

  constructor(private readonly options: KeyReportsOptions) {}

  start(signal: AbortSignal): void {
    const { ring, standing } = this.options;
    const report = () => {
      if (!standing.isActive || signal.aborted) return;
      this.tellMalformed();
      if (this.daily !== undefined) return;
      this.tellUnsaved();
      this.daily = setInterval(() => this.tellUnsaved(), DAY_MS);
    };
    signal.addEventListener('abort', () => clearInterval(this.daily), { once: true });
    ring.subscribe(report);
    standing.subscribe(report);
    report();
  }

  private tellMalformed(): void {
    const before = this.told;
    const { malformed } = this.options.ring;
    this.told = new Map(malformed.map(({ secret: { metadata } }) => [metadata.name, `${metadata.uid} ${metadata.resourceVersion}`]));
    for (const { secret, error } of malformed) {
      const { namespace, name } = secret.metadata;
      if (before.get(name) === this.told.get(name)) continue;
      this.options.log.warn('a sealing key is not used', { secret: `${namespace}/${name}`, error });
      this.options.record({ type: 'Warning', reason: 'SealingKeyInvalid', message: error.message, object: secret, at: new Date() });
    }
  }

  private tellUnsaved(): void {
    const newest = this.options.ring.keys[0];
    if (!this.options.standing.isActive || newest === undefined || !lacksBackup(newest)) return;
    const { name, fingerprint, notBefore } = newest;
    this.options.log.warn('the newest sealing key is not backed up: without the cluster, what is sealed with it is lost. Run fairlead seal backup', {
      name,
      fingerprint,
      since: notBefore,
    });
  }
}
