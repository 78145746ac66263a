import type { Runtime } from '../runtime/types';

/** Upstream's names, so that its dashboards and alerts go on. */
const PREFIX = 'sealed_secrets_controller';

export type UnsealError = 'unseal' | 'unmanaged' | 'update';

/** Counts as upstream's controller does; what needed nothing done is no request. */
export class UnsealMetrics {
  readonly requested: () => void;
  readonly failed: (reason: UnsealError, namespace: string) => void;

  constructor({ metrics }: Pick<Runtime, 'metrics'>) {
    const requests = metrics.counter(`${PREFIX}_unseal_requests_total`, 'Total number of sealed secret unseal requests');
    const failures = metrics.counter(`${PREFIX}_unseal_errors_total`, 'Total number of sealed secret unseal errors by reason');
    this.requested = () => requests.inc();
    this.failed = (reason, namespace) => failures.inc({ reason, namespace });
  }
}
