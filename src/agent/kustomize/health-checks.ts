import { errors } from '../../common/errors';
import { formatDuration } from '../../common/go-duration';
import { type Condition, conditionTypes, reasons } from '../../model/conditions';
import { nameOf, type ObjectId, splitApiVersion } from '../../model/object';
import type { AppliedObjects, HealthReport } from '../apply/types';
import type { ReconcileContext } from '../runtime/types';
import { type HealthCheck, type Kustomization, timeoutMs } from './kustomization';

type NewCondition = Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;

/** Whether anything is waited for at all. */
export function awaitsHealth({ spec }: Kustomization): boolean {
  return spec.wait === true || (spec.healthChecks ?? []).length > 0;
}

/** What has to be healthy: with `wait` all that was applied, else the named objects; never the Kustomization itself, which would wait for ever. */
export function healthTargets(kustomization: Kustomization, applied: readonly ObjectId[]): ObjectId[] {
  const { spec, metadata } = kustomization;
  const objects = spec.wait === true ? applied : (spec.healthChecks ?? []).map((check) => named(check));
  return objects.filter(({ kind, name, namespace }) => !(kind === 'Kustomization' && name === metadata.name && namespace === metadata.namespace));
}

function named({ apiVersion, kind, name, namespace }: HealthCheck): ObjectId {
  return { ...splitApiVersion(apiVersion ?? 'apps/v1'), kind, name, namespace: namespace ?? '' };
}

/** While it is being waited for. */
export function checking(kustomization: Kustomization, revision: string): NewCondition {
  const message = `Running health checks for revision ${revision} with a timeout of ${formatDuration(timeoutMs(kustomization))}`;
  return { type: conditionTypes.healthy, status: 'Unknown', reason: reasons.progressing, message };
}

export interface HealthCheckResult {
  readonly conditions: readonly NewCondition[];
  readonly without: readonly string[];
  /** What is not healthy, in time or for good. */
  readonly error?: Error;
}

/** Waits for what was applied, without a worker. A condition that says so already stays word for word. */
export async function checkHealth(
  kustomization: Kustomization,
  revision: string,
  applied: readonly ObjectId[],
  objects: AppliedObjects | undefined,
  context: ReconcileContext,
): Promise<HealthCheckResult> {
  const type = conditionTypes.healthy;
  const targets = awaitsHealth(kustomization) ? healthTargets(kustomization, applied) : [];
  if (targets.length === 0 || objects === undefined) return { conditions: [], without: [type] };

  const began = performance.now();
  const report = await context.idle(objects.healthy(targets, { timeoutMs: timeoutMs(kustomization), signal: context.signal }));
  const took = formatDuration(report.timedOut ? timeoutMs(kustomization) : performance.now() - began);
  if (!report.healthy) {
    const error = errors.HealthCheckFailed({ duration: took, problems: report.unhealthy.map(problemOf).join(', ') });
    return { conditions: [{ type, status: 'False', reason: reasons.healthCheckFailed, message: error.message }], without: [], error };
  }
  const before = kustomization.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
  const isNews = before === undefined || revision !== kustomization.status?.lastAppliedRevision;
  const message = isNews ? `Health check passed in ${took}` : before.message;
  return { conditions: [{ type, status: 'True', reason: reasons.succeeded, message }], without: [] };
}

function problemOf({ id, health }: HealthReport['unhealthy'][number]): string {
  return `${nameOf(id)} status: '${health.status}'${health.message ? `: ${health.message}` : ''}`;
}
