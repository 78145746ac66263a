import { type Condition, conditionTypes } from '../../model/conditions';
import { annotations } from '../../model/labels';
import type { ObjectId } from '../../model/object';
import { encodeInventory, type Inventory } from '../../objects/inventory';
import type { DecodedRelease } from '../../render/types';
import type { StatusChange } from '../runtime/types';
import type { Attempted } from './attempt';
import type { HelmRelease } from './helm-release';
import { latestOf, type ReleaseAction, remember, type Snapshot, snapshotOf, truncate } from './history';
import type { Attempt } from './remediation';

type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

/** A HelmRelease's status while a reconcile works on it: what it is to become, in Flux's fields. */
export class StatusDraft {
  history: readonly Snapshot[];
  failures: Record<Attempt, number>;
  lastAttempt: Attempt | undefined;
  private total: number;
  private readonly fields: Record<string, unknown> = {};
  private readonly conditions: Map<string, Said | null> = new Map();

  constructor(private readonly object: HelmRelease) {
    const status = object.status ?? {};
    this.history = status.history ?? [];
    this.failures = { install: status.installFailures ?? 0, upgrade: status.upgradeFailures ?? 0 };
    this.total = status.failures ?? 0;
    this.lastAttempt = status.lastAttemptedReleaseAction;
  }

  get latest(): Snapshot | undefined {
    return latestOf(this.history);
  }

  /** Where the release's revisions are: known before the first of them is written. */
  storedIn(namespace: string): void {
    this.fields.storageNamespace = namespace;
  }

  attempt(now: Attempted): void {
    this.fields.lastAttemptedGeneration = this.object.metadata.generation;
    this.fields.lastAttemptedRevision = now.chartVersion;
    this.fields.lastAttemptedRevisionDigest = now.chartDigest;
    this.fields.lastAttemptedConfigDigest = now.configDigest;
    this.handled('lastHandledForceAt', annotations.forceAt);
    this.handled('lastHandledResetAt', annotations.resetAt);
  }

  begin(action: Attempt): void {
    this.lastAttempt = action;
    if (action === 'install') this.history = [];
    this.conditions.set(conditionTypes.remediated, null);
  }

  clearFailures(): void {
    this.failures = { install: 0, upgrade: 0 };
    this.total = 0;
  }

  /** Nothing is left of the release: what comes next is another. */
  clear(): void {
    this.history = [];
    this.clearFailures();
    this.fields.inventory = null;
    this.fields.storageNamespace = null;
  }

  observe(release: DecodedRelease, action: ReleaseAction): Snapshot {
    const snapshot = snapshotOf(release, action);
    this.history = remember(this.history, snapshot);
    return snapshot;
  }

  /** A newer revision has taken its place. */
  supersede(version: number): void {
    this.history = this.history.map((one) => (one.version < version && one.status === 'deployed' ? { ...one, status: 'superseded' } : one));
  }

  inventory(ids: Iterable<ObjectId> | null): void {
    this.fields.inventory = ids === null ? null : (encodeInventory(ids) satisfies Inventory);
  }

  succeeded(): void {
    this.history = truncate(this.history);
    this.clearFailures();
  }

  /** @param counts whether it used up a retry: only what reached Helm's storage does */
  failed(attempt: Attempt | undefined, counts: boolean): void {
    this.total += 1;
    if (counts && attempt !== undefined) this.failures[attempt] += 1;
  }

  say(type: string, status: Condition['status'], reason: string, message: string): void {
    this.conditions.set(type, { status, reason, message });
  }

  unsay(type: string): void {
    this.conditions.set(type, null);
  }

  /** What will be said of a type: by this reconcile, or still by an earlier one. */
  said(type: string): Said | undefined {
    const now = this.conditions.get(type);
    return now === undefined ? this.object.status?.conditions?.find((condition) => condition.type === type) : (now ?? undefined);
  }

  /** What Ready is made of: a remediation is a failure that was undone, and comes first. */
  summary(): Said | undefined {
    return this.said(conditionTypes.remediated) ?? this.said(conditionTypes.released);
  }

  change(): StatusChange {
    const said = [...this.conditions].flatMap(([type, is]) => (is === null ? [] : [{ type, ...is }]));
    return {
      conditions: said.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
      without: [...this.conditions].filter(([, is]) => is === null).map(([type]) => type),
      fields: {
        ...this.fields,
        history: this.history.length === 0 ? null : this.history,
        failures: this.total || null,
        installFailures: this.failures.install || null,
        upgradeFailures: this.failures.upgrade || null,
        lastAttemptedReleaseAction: this.lastAttempt ?? null,
      },
    };
  }

  private handled(field: string, annotation: string): void {
    const token = this.object.metadata.annotations?.[annotation];
    if (token !== undefined) this.fields[field] = token;
  }
}
