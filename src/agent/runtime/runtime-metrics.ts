import type { RequestObserver } from '../../kube/requests';
import type { ControllerDeps } from './controller';
import type { Metrics } from './metrics';

/** Counts requests to API servers by verb and resource. */
export function observeRequests(metrics: Metrics): RequestObserver {
  const total = metrics.counter('fairlead_api_requests_total', 'Requests to the Kubernetes API; status 0 was lost');
  const duration = metrics.histogram(
    'fairlead_api_request_duration_seconds',
    'Duration of requests to the Kubernetes API, watches until they are open',
  );
  return ({ verb, resource, status, seconds }) => {
    total.inc({ verb, resource, status: String(status) });
    duration.observe({ verb }, seconds);
  };
}

/** Counts reconciles by kind and how they ended. */
export function observeVisits(metrics: Metrics): NonNullable<ControllerDeps['onVisit']> {
  const total = metrics.counter('fairlead_reconciles_total', 'Reconciles by kind and outcome');
  const duration = metrics.histogram('fairlead_reconcile_duration_seconds', 'Duration of reconciles, waiting included');
  return (kind, outcome, seconds) => {
    total.inc({ kind, outcome });
    duration.observe({ kind }, seconds);
  };
}
