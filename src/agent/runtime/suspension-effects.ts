import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { SUSPENSIONS, type SuspendedRef, type Suspension } from '../../model/suspension';
import { decodeInventory, type Inventory } from '../../objects/inventory';
import type { Recorder } from './events';
import { refKey, refOf } from './ref';
import { type SuspensionListener, Suspensions } from './suspensions';
import type { EventInput, Reconciled, RequestReconcile, Runtime, Store } from './types';

export interface SuspensionEffectsDeps {
  readonly store: Pick<Store, 'get' | 'list'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly requestReconcile: RequestReconcile;
  readonly agentNamespace: string;
  readonly log: Runtime['log'];
}

const OWNERS = [kinds.Kustomization.kind, kinds.HelmRelease.kind];

/** What follows when a suspension begins or ends: it is told of, and at its end everything it held back is looked at. */
export class SuspensionEffects implements SuspensionListener {
  constructor(private readonly deps: SuspensionEffectsDeps) {}

  began(suspension: Suspension): void {
    this.deps.log.warn('suspended', fieldsOf(suspension));
    this.tell(suspension, { type: 'Warning', reason: 'Suspended', message: describe(suspension) });
    // So that its own status says so.
    if (this.deps.store.get(suspension.of) !== undefined) this.deps.requestReconcile(suspension.of, 'suspension');
  }

  ended(suspension: Suspension, how: 'resumed' | 'expired'): void {
    this.deps.log.info(how === 'expired' ? 'suspension is over' : 'resumed', fieldsOf(suspension));
    const message = `${nameOf(suspension.of)} is reconciled again: ${how === 'expired' ? 'the suspension is over' : 'it was resumed'}`;
    this.tell(suspension, { type: 'Normal', reason: 'Resumed', message });
    const affected = Suspensions.isOfCluster(suspension) ? this.everything() : [suspension.of, ...this.ownersOf(suspension.of).map(refOf)];
    for (const ref of affected) this.deps.requestReconcile(ref, 'drift');
  }

  /** Events of the object, where it is one that is reconciled, and of who applied it. */
  private tell(suspension: Suspension, event: EventInput): void {
    const { of } = suspension;
    const self = this.deps.store.get(of);
    const objects = Suspensions.isOfCluster(suspension)
      ? [suspensionsMap(this.deps.agentNamespace)]
      : [...(self === undefined ? [] : [self]), ...this.ownersOf(of)];
    for (const object of objects) this.deps.recorder.record({ ...event, object, at: new Date() });
  }

  private ownersOf(of: SuspendedRef): Reconciled[] {
    const key = refKey(of);
    const isOwner = ({ status }: Reconciled) => decodeInventory(status?.inventory as Inventory | undefined).some((id) => refKey(id) === key);
    return OWNERS.flatMap((kind) => this.deps.store.list(kind)).filter(isOwner);
  }

  private everything(): SuspendedRef[] {
    return Object.values(kinds).flatMap(({ kind }) => this.deps.store.list(kind).map(refOf));
  }
}

/** What a suspension says of itself, in one sentence. */
export function describe({ of, by, until, reason }: Suspension): string {
  const what = of.kind === 'Cluster' ? 'everything is' : `${nameOf(of)} is`;
  return `${what} suspended by ${by} until ${until}: ${reason}`;
}

function fieldsOf({ of, by, since, until, reason }: Suspension) {
  return { object: nameOf(of), by, since, until, reason };
}

function suspensionsMap(namespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SUSPENSIONS, namespace } };
}
