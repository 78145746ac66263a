import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { Reconciled, RecordedEvent } from '../../../src/agent/runtime/types';
import { SealedSecretReconciler } from '../../../src/agent/secrets/sealed-secret-reconciler';
import type { KeyRing, Standing } from '../../../src/agent/secrets/types';
import { SecretWatch } from '../../../src/agent/secrets/written/secret-watch';
import type { KubeClient } from '../../../src/kube/types';
import { kinds } from '../../../src/model/kinds';
import type { KubeObject } from '../../../src/model/object';
import { createEngine } from '../../../src/render/engine';
import { fingerprintOf } from '../../../src/seal/fingerprint';
import { annotationsFor, labelFor, type Scope } from '../../../src/seal/scope';
import { sealValue } from '../../../src/seal/sealed-value';
import type { SealingKey } from '../../../src/seal/sealing-key';
import type { TestBed } from '../../../src/testbed/test-bed';
import { createRuntime, installKinds, untilObject } from '../../support/agent';

/** A key with all that opening asks of one. Small, so that it is made at once. */
export function sealingKey(name = 'key', modulusLength = 2048): SealingKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const now = new Date();
  return { name, pem: '', publicKey, privateKey, fingerprint: fingerprintOf(publicKey), notBefore: now, notAfter: now, createdAt: now };
}

/** Keys, or whether the agent is active: what changes tells. */
export class ToldOnChange {
  private readonly subscribers: (() => void)[] = [];

  subscribe(onChange: () => void): void {
    this.subscribers.push(onChange);
  }

  protected tell(): void {
    for (const subscriber of this.subscribers) subscriber();
  }
}

export class TestRing extends ToldOnChange implements KeyRing {
  constructor(public keys: readonly SealingKey[]) {
    super();
  }

  use(...keys: readonly SealingKey[]): void {
    this.keys = keys;
    this.tell();
  }
}

export class TestStanding extends ToldOnChange implements Standing {
  isActive = true;

  set(isActive: boolean): void {
    this.isActive = isActive;
    this.tell();
  }
}

export interface SealOptions {
  readonly namespace?: string;
  readonly scope?: Scope;
  readonly key: SealingKey;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly template?: object;
}

/** A SealedSecret of these values. */
export function sealed(name: string, values: Readonly<Record<string, string | Buffer>>, options: SealOptions): Reconciled {
  const { namespace = 'default', scope = 'strict', key, annotations, template } = options;
  const label = labelFor(scope, namespace, name);
  const encryptedData = Object.fromEntries(
    Object.entries(values).map(([item, value]) => [item, sealValue(Buffer.from(value), key.publicKey, label)]),
  );
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace, annotations: { ...annotationsFor(scope), ...annotations } },
    spec: { encryptedData, ...(template && { template }) },
  };
}

export interface Secret extends KubeObject {
  readonly type: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

export const SECRET = { group: '', version: 'v1', kind: 'Secret' };

/** The room on a bed's API server, with keys and a standing in the hands of the test. */
export class SealedSecretsWorld {
  readonly standing = new TestStanding();
  /** Lines of the agent's log. */
  readonly log: string[] = [];
  readonly events: RecordedEvent[] = [];
  runtime!: AgentRuntime;
  secrets!: SecretWatch;
  private reconciler!: SealedSecretReconciler;
  private readonly engine = createEngine();
  private readonly folder = mkdtempSync(join(tmpdir(), 'sealed-'));

  private constructor(
    readonly bed: TestBed,
    readonly ring: TestRing,
  ) {
    process.env.FAIRLEAD_TEST_LOG = 'info';
    jest.spyOn(process.stderr, 'write').mockImplementation((line) => this.log.push(String(line)) > 0);
  }

  static async start(bed: TestBed, ring: TestRing): Promise<SealedSecretsWorld> {
    await installKinds(bed, [kinds.SealedSecret]);
    const world = new SealedSecretsWorld(bed, ring);
    await world.begin();
    return world;
  }

  get client(): KubeClient {
    return this.runtime.clusters.own;
  }

  async begin(): Promise<void> {
    this.runtime = createRuntime(this.bed, this.folder);
    this.runtime.recorder.subscribe((event) => this.events.push(event));
    this.secrets = new SecretWatch(this.client, this.runtime.log);
    this.reconciler = new SealedSecretReconciler(this.runtime, this.engine, this.ring, this.standing, this.secrets);
    this.runtime.component({ name: 'secrets', runs: 'leaderOnly', start: (signal) => this.secrets.start(signal) });
    this.runtime.reconcile(this.reconciler);
    await this.runtime.start();
  }

  async end(): Promise<void> {
    await this.runtime.stop();
    await this.reconciler.close();
  }

  async stop(): Promise<void> {
    await this.end();
    await this.engine.close();
    jest.restoreAllMocks();
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }

  /** As somebody who is not the agent. */
  async apply(object: KubeObject): Promise<void> {
    await this.bed.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: JSON.stringify(object) });
  }

  /** Makes or changes an object with every field this has and no other, as a person's `kubectl replace` does. */
  async replace(object: KubeObject): Promise<void> {
    await this.bed.kubectl(['replace', '-f', '-'], { input: JSON.stringify(object) });
  }

  async patch(name: string, patch: object): Promise<void> {
    await this.bed.kubectl(['patch', 'secret', name, '--namespace=default', '--type=merge', `--patch=${JSON.stringify(patch)}`]);
  }

  async remove(what: string, name: string): Promise<void> {
    await this.bed.kubectl(['delete', what, name, '--namespace=default', '--wait=false']);
  }

  /** The Secret as soon as it is as asked. */
  async secret(name: string, isIt: (secret: Secret) => boolean = () => true, namespace = 'default'): Promise<Secret> {
    return (await untilObject<Secret>(this.client, { ...SECRET, namespace, name }, (secret) => secret !== undefined && isIt(secret)))!;
  }

  /** What its condition says, as soon as it says what is asked. */
  async synced(name: string, isIt: (condition: Synced) => boolean, namespace = 'default'): Promise<Synced> {
    const conditionOf = (object: KubeObject | undefined) =>
      (object?.status as { conditions?: Synced[] } | undefined)?.conditions?.find(({ type }) => type === 'Synced');
    const object = await untilObject(this.client, { ...kinds.SealedSecret, namespace, name }, (it) => {
      const condition = conditionOf(it);
      return condition !== undefined && isIt(condition);
    });
    return conditionOf(object)!;
  }

  /** When the agent has seen that it is gone. */
  untilForgotten(name: string): Promise<void> {
    return until(() => this.runtime.store.get({ kind: kinds.SealedSecret.kind, namespace: 'default', name }) === undefined);
  }

  failed(name: string, words: string): Promise<Synced> {
    return this.synced(name, ({ status, message = '' }) => status === 'False' && message.includes(words));
  }

  /** When all that happened to Secrets so far was seen, and what followed from it is done. */
  async settled(): Promise<void> {
    const { metadata } = await this.client.create<KubeObject>({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'marker', namespace: 'default' },
    });
    await until(() => this.secrets.get('default', 'marker')?.uid === metadata.uid);
    await this.client.delete({ ...SECRET, namespace: 'default', name: 'marker' });
    await until(async () => !/^fairlead_(queue_depth|reconciles_active)\{.*\} [1-9]/m.test(await this.runtime.metrics.text()));
  }

  /** Everything that anybody could read of it besides Secrets themselves. */
  async everythingSaid(): Promise<string> {
    const objects = await Promise.all([kinds.SealedSecret, EVENT].map((kind) => this.client.list(kind)));
    return JSON.stringify([this.log, this.events, objects, await this.runtime.metrics.text()]);
  }
}

const EVENT = { group: '', version: 'v1', kind: 'Event' };

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

export interface Synced {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime: string;
  readonly lastTransitionTime: string;
}
