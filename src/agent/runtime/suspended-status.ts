import { conditionTypes } from '../../model/conditions';
import type { Suspension } from '../../model/suspension';
import { describe } from './suspension-effects';
import { Suspensions } from './suspensions';
import type { Reconciled, StatusChange } from './types';

/**
 * The condition of an object that people suspended by name, or its end. Undefined: nothing is to be written. Where everything is suspended no object says
 * so: a thousand writes would tell what one ConfigMap does.
 */
export function suspendedStatus({ status }: Reconciled, suspension: Suspension | undefined): StatusChange | undefined {
  const type = conditionTypes.suspended;
  const before = status?.conditions?.find((condition) => condition.type === type);
  if (suspension === undefined || Suspensions.isOfCluster(suspension)) return before === undefined ? undefined : { without: [type] };
  const message = describe(suspension);
  return before?.message === message ? undefined : { conditions: [{ type, status: 'True', reason: 'Suspended', message }] };
}
