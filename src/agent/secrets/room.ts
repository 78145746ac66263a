import { kinds } from '../../model/kinds';
import type { Engine } from '../../render/types';
import { createSealingKey } from '../../seal/create-key';
import type { AgentRuntime } from '../runtime/runtime';
import type { Reconciler, RecordedEvent, Runtime } from '../runtime/types';
import { serveSealedSecrets } from './http/server';
import { KeyMaker } from './keys/key-maker';
import { registerKeyMetrics } from './keys/key-metrics';
import { KeyReports } from './keys/key-reports';
import { LiveKeyRing } from './keys/key-ring';
import { SealedSecretReconciler } from './sealed-secret-reconciler';
import { OtherControllers } from './standing/other-controller';
import { LiveStanding } from './standing/standing';
import type { SecretRecord } from './written/secret-record';
import { type SecretSubscriber, SecretWatch } from './written/secret-watch';

export interface SealedSecretsOptions {
  /** Where the cluster's sealing keys are. */
  readonly namespace: string;
  /** `host:port` of what kubeseal asks. @default none */
  readonly address?: string;
  /** Networks whose requests the API server has authorized already, as CIDRs, besides its own addresses. */
  readonly trustedProxies: readonly string[];
  /** Whether a controller of upstream that is at work is scaled to 0. */
  readonly takeOver: boolean;
  /** Whether a cluster that never had a key gets one, or waits until its keys are restored. */
  readonly firstKey: 'make' | 'wait';
  /** Age of the newest key at which the next one is made; 0: never. */
  readonly keyRenewPeriodMs: number;
}

export interface SecretsRoom {
  readonly reconcilers: readonly Reconciler[];
}

/** SealedSecrets: the cluster's keys, whether it is on us to open values with them, and the Secrets that come of it. */
export function createSecretsRoom(runtime: AgentRuntime, engine: Pick<Engine, 'secretTemplates'>, options: SealedSecretsOptions): SecretsRoom {
  const { log, metrics, redactor, recorder } = runtime;
  const { namespace, address, trustedProxies, takeOver, firstKey, keyRenewPeriodMs } = options;
  const client = runtime.clusters.own;
  const stopping = new AbortController();
  const record = (event: RecordedEvent) => recorder.record(event);

  const secrets = new SecretWatch(client, log);
  const ring = new LiveKeyRing({ client, namespace, log, redactor, signal: stopping.signal });
  secrets.subscribe(sightingsFor(ring, namespace, log));

  const others = new OtherControllers({ client, namespace, log, takeOver, onChange: () => standing.update() });
  let kindIsKnown = false;
  const standing = new LiveStanding(() => ({ leads: runtime.leading, kindIsKnown, keysAreLoaded: ring.isLoaded, others: others.names }), log);
  ring.subscribe(standing.update);
  const maker = new KeyMaker({
    createKey: createSealingKey,
    client,
    ring,
    standing,
    rules: { firstKey, renewPeriodMs: keyRenewPeriodMs },
    namespace,
    log,
    redactor,
    record,
  });
  const reports = new KeyReports({ ring, standing, log, record });
  registerKeyMetrics(metrics, ring, standing);
  const reconciler = new SealedSecretReconciler(runtime, engine, ring, standing, secrets);
  if (address !== undefined) serveSealedSecrets(runtime, { address, trustedProxies, ring, standing, unsealer: reconciler.unsealer, engine });

  runtime.component({
    name: 'sealing keys',
    runs: 'always', // an agent that waits for its leases answers kubeseal too
    start: (signal) => secrets.start(signal),
    stop: async () => {
      stopping.abort();
      await reconciler.close();
    },
  });
  runtime.component({
    name: 'standing of sealed secrets',
    runs: 'leaderOnly',
    start: (signal) => {
      maker.start(signal);
      reports.start(signal);
      others.start(signal);
      void runtime.watched(kinds.SealedSecret).then(() => {
        kindIsKnown = true;
        standing.update();
      });
    },
  });
  return { reconcilers: [reconciler] };
}

/** Anybody may label as many Secrets of theirs as they like. */
const MOST_NAMED = 10;

function sightingsFor(ring: LiveKeyRing, namespace: string, log: Runtime['log']): SecretSubscriber {
  let elsewhere: SecretRecord[] | undefined = [];
  return {
    saw: (record, _before, secret) => {
      if (record.namespace === namespace) ring.saw(secret);
      else if (record.sealingKey === 'active') elsewhere?.push(record);
    },
    lost: (record) => {
      if (record.namespace === namespace) ring.lost(record.name);
    },
    listed: () => {
      ring.listed();
      if (elsewhere?.length) {
        const secrets = elsewhere.slice(0, MOST_NAMED).map(nameOfSecret);
        log.warn('sealing keys of other namespaces are not used', { namespace, count: elsewhere.length, secrets });
      }
      elsewhere = undefined;
    },
  };
}

function nameOfSecret({ namespace, name }: SecretRecord): string {
  return `${namespace}/${name}`;
}
