import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { EventInput, Reconciled } from '../../../src/agent/runtime/types';
import { createSealedSecretReconciler, type SealedSecretReconciler } from '../../../src/agent/secrets/sealed-secret-reconciler';
import { SecretWatch } from '../../../src/agent/secrets/secret-watch';
import type { KeyRing, Standing } from '../../../src/agent/secrets/types';
import { kinds } from '../../../src/model/kinds';
import type { KubeObject } from '../../../src/model/object';
import type { Engine } from '../../../src/render/types';
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
  readonly said: string[] = [];
  readonly events: (EventInput & { readonly object: KubeObject })[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'sealed-'));
  runtime!: AgentRuntime;
  reconciler!: SealedSecretReconciler;

  constructor(
    readonly bed: TestBed,
    readonly ring: TestRing,
    private readonly engine: Pick<Engine, 'secretTemplates'>,
  ) {}

  static async start(bed: TestBed, ring: TestRing, engine: Pick<Engine, 'secretTemplates'>): Promise<SealedSecretsWorld> {
    await installKinds(bed, [kinds.SealedSecret]);
    const world = new SealedSecretsWorld(bed, ring, engine);
    await world.begin();
    return world;
  }

  get client() {
    return this.runtime.clusters.own;
  }

  async begin(): Promise<void> {
    this.runtime = createRuntime(this.bed, this.folder);
    this.runtime.recorder.subscribe((event) => this.events.push(event));
    const secrets = new SecretWatch(this.client, this.runtime.log);
    this.reconciler = createSealedSecretReconciler(this.runtime, this.engine, this.ring, this.standing, secrets);
    this.runtime.component(secrets);
    this.runtime.reconcile(this.reconciler);
    await this.runtime.start();
  }

  async end(): Promise<void> {
    await this.runtime.stop();
    await this.reconciler.close();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true });
  }

  async apply(object: KubeObject): Promise<void> {
    await this.bed.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: JSON.stringify(object) });
  }

  secret(name: string, isIt: (secret: Secret | undefined) => boolean = (secret) => secret !== undefined, namespace = 'default') {
    return untilObject<Secret>(this.client, { ...SECRET, namespace, name }, isIt);
  }

  /** What its condition says, as soon as it says something. */
  async synced(name: string, isIt: (condition: Synced) => boolean, namespace = 'default'): Promise<Synced> {
    const conditionOf = (object: KubeObject | undefined) =>
      (object?.status as { conditions?: Synced[] } | undefined)?.conditions?.find(({ type }) => type === 'Synced');
    const id = { ...kinds.SealedSecret, namespace, name };
    const object = await untilObject(this.client, id, (it) => {
      const condition = conditionOf(it);
      return condition !== undefined && isIt(condition);
    });
    return conditionOf(object)!;
  }
}

export interface Synced {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime: string;
  readonly lastTransitionTime: string;
}
