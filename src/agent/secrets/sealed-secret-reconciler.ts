import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import type { Engine } from '../../render/types';
import type { SealedSecret } from '../../seal/sealed-secret';
import { isReady } from '../runtime/dependencies';
import { refKey, refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Reconciled, Reconciler, Ref, Runtime } from '../runtime/types';
import { statusAfter } from './sealed-secret-status';
import type { KeyRing, Standing } from './types';
import { ValueOpener } from './unseal/open-values';
import { refusalOf } from './unseal/refusal';
import { TemplateTurns } from './unseal/template-turns';
import { unseal } from './unseal/unseal';
import type { Secret } from './unseal/unsealed-secret';
import { type UnsealError, UnsealMetrics } from './unseal-metrics';
import { AS_IT_WAS, failure, UNSEALED } from './unseal-outcomes';
import { Quarrels } from './written/quarrels';
import { claimOn } from './written/secret-change';
import type { SecretRecord } from './written/secret-record';
import type { SecretWatch } from './written/secret-watch';
import { writeSecret } from './written/write-secret';
import { WrittenSecrets } from './written/written-secrets';

type ReconciledSealedSecret = SealedSecret & Reconciled;

/** Keeps the Secret of every SealedSecret as that says it is. What is as it was left is not looked into. */
export class SealedSecretReconciler implements Reconciler<ReconciledSealedSecret> {
  readonly kind = kinds.SealedSecret;
  /** Upstream's controller has none that would keep it away. Of Flux's it is that of whoever applies SealedSecrets; an agent has all of them or does nothing. */
  readonly leases = ['kustomize-controller-leader-election'];
  readonly statusAfter = statusAfter;
  readonly unsealer = new ValueOpener();

  private readonly metrics: UnsealMetrics;
  private readonly templates: TemplateTurns;
  private readonly written = new WrittenSecrets();
  private readonly quarrels = new Quarrels();
  /** Those that another key might help. */
  private readonly closed = new Map<string, Ref>();

  constructor(
    private readonly runtime: Runtime,
    engine: Pick<Engine, 'secretTemplates'>,
    private readonly keys: KeyRing,
    private readonly standing: Standing,
    private readonly secrets: SecretWatch,
  ) {
    this.metrics = new UnsealMetrics(runtime);
    this.templates = new TemplateTurns(engine);
    secrets.subscribe({ saw: (record, before) => this.sawSecret(record, before), lost: (record) => this.visit(record) });
    keys.subscribe(() => {
      for (const ref of this.closed.values()) runtime.requestReconcile(ref, 'dependency');
    });
    standing.subscribe(() => {
      if (standing.isActive) for (const sealed of this.all()) runtime.requestReconcile(refOf(sealed), 'dependency');
    });
    runtime.store.subscribe(this.kind.kind, (sealed, change) => {
      if (change === 'deleted') this.forget(refKey(refOf(sealed)));
    });
  }

  async reconcile(sealed: ReconciledSealedSecret, context: ReconcileContext): Promise<Outcome> {
    if (!this.standing.isActive) return { type: 'unchanged' };
    await context.idle(this.secrets.synced);
    const { name, namespace = '' } = sealed.metadata;
    const record = this.secrets.get(namespace, name);
    if (record !== undefined && this.written.isAsLeft(sealed, record)) {
      return isReady(sealed) ? AS_IT_WAS : UNSEALED;
    }
    const againMs = context.causes.has('spec') ? 0 : this.quarrels.waitMs(refKey(refOf(sealed)));
    if (againMs > 0) {
      if (this.quarrels.isNews(refKey(refOf(sealed)))) {
        this.runtime.log.warn('somebody else keeps changing a Secret of a SealedSecret', { object: refKey(refOf(sealed)), againMs });
      }
      return { type: 'unchanged', againMs };
    }
    this.metrics.requested();
    return await this.bringInLine(sealed, record, context);
  }

  /** Ends what opens values. */
  close(): Promise<void> {
    return this.unsealer.close();
  }

  private async bringInLine(sealed: ReconciledSealedSecret, record: SecretRecord | undefined, context: ReconcileContext): Promise<Outcome> {
    const ref = refOf(sealed);
    if (record !== undefined && claimOn(record, sealed) === 'none') {
      return this.failed(ref, 'unmanaged', errors.SecretForeign({ name: ref.name }));
    }
    this.closed.set(refKey(ref), ref);
    let secret: Secret;
    try {
      secret = await context.idle(unseal(sealed, this.keys, this.unsealer, this.templates.of(ref.namespace)));
    } catch (error) {
      return this.failed(ref, 'unseal', error);
    }
    this.closed.delete(refKey(ref));
    if (!this.standing.isActive || this.runtime.store.get(ref)?.metadata.uid !== sealed.metadata.uid) return { type: 'unchanged' };
    try {
      const isNew = await writeSecret(this.runtime.clusters.own, sealed, secret, record !== undefined);
      this.written.left(sealed, secret);
      if (isNew) this.quarrels.wrote(refKey(ref));
      if (!isNew && isReady(sealed)) return AS_IT_WAS;
    } catch (error) {
      const reason = errors.SecretForeign.is(error) ? 'unmanaged' : 'update';
      return this.failed(ref, reason, refusalOf(error, sealed, secret));
    }
    return UNSEALED;
  }

  private failed({ namespace }: Ref, what: UnsealError, error: unknown): Outcome {
    this.metrics.failed(what, namespace);
    return failure(what, error);
  }

  private sawSecret(record: SecretRecord, before: SecretRecord | undefined): void {
    const sealed = this.sealedOf(record);
    if (sealed === undefined || this.written.isAsLeft(sealed, record)) return;
    const isForeign = claimOn(record, sealed) === 'none';
    const wasForeign = before !== undefined && claimOn(before, sealed) === 'none';
    if (!isForeign || !wasForeign) this.visit(record);
  }

  private visit(record: SecretRecord): void {
    const sealed = this.sealedOf(record);
    if (sealed !== undefined) this.runtime.requestReconcile(refOf(sealed), 'drift');
  }

  private sealedOf({ namespace, name }: SecretRecord): ReconciledSealedSecret | undefined {
    return this.runtime.store.get<ReconciledSealedSecret>({ kind: this.kind.kind, namespace, name });
  }

  private all(): readonly ReconciledSealedSecret[] {
    return this.runtime.store.list<ReconciledSealedSecret>(this.kind.kind);
  }

  private forget(key: string): void {
    this.closed.delete(key);
    this.written.forget(key);
    this.quarrels.forget(key);
  }
}
