import { conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import { readyOf } from '../runtime/dependencies';
import type { Runtime } from '../runtime/types';

/** Upstream's names, so that its dashboards and alerts go on. */
const PREFIX = 'sealed_secrets_controller';

const VALUES = { True: 1, Unknown: 0, False: -1 } as const;

export type UnsealError = 'unseal' | 'unmanaged' | 'update';

/** Counts as upstream's controller does; what needed nothing done is no request. */
export class UnsealMetrics {
  readonly requested: () => void;
  readonly failed: (reason: UnsealError, namespace: string) => void;

  constructor({ metrics, store }: Pick<Runtime, 'metrics' | 'store'>) {
    const requests = metrics.counter(`${PREFIX}_unseal_requests_total`, 'Total number of sealed secret unseal requests');
    const failures = metrics.counter(`${PREFIX}_unseal_errors_total`, 'Total number of sealed secret unseal errors by reason');
    this.requested = () => requests.inc();
    this.failed = (reason, namespace) => failures.inc({ reason, namespace });
    const help = 'Current SealedSecret condition status. Values are -1 (false), 0 (unknown or absent), 1 (true)';
    metrics.gauges(`${PREFIX}_condition_info`, help, () => conditionsIn(store));
  }
}

function conditionsIn(store: Runtime['store']): (readonly [Readonly<Record<string, string>>, number])[] {
  return store.list(kinds.SealedSecret.kind).flatMap((sealed) => {
    const status = readyOf(sealed)?.status;
    if (status === undefined) return [];
    const { namespace = '', name, labels } = sealed.metadata;
    const instance = labels?.['app.kubernetes.io/instance'] ?? '';
    return [[{ namespace, name, condition: conditionTypes.synced, ss_app_kubernetes_io_instance: instance }, VALUES[status]] as const];
  });
}
