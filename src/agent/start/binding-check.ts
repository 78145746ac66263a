import type { KubeClient } from '../../kube/types';
import { BINDING } from '../../model/cluster-binding';
import { clusterUid } from '../runtime/cluster-uid';
import type { ReadinessCheck } from '../runtime/readiness';
import { type BindingMap, refuseOther } from './binding';
import type { SyncOptions } from './types';

/** Whether the cluster may follow what this agent is told: one that was started with another folder than the cluster's never acts. */
export function bindingCheck(own: KubeClient, namespace: string, options: SyncOptions): ReadinessCheck {
  return {
    name: 'binding',
    check: async () => {
      const map = await own.get<BindingMap>({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name: BINDING });
      refuseOther(map, options, await clusterUid(own));
      return [];
    },
  };
}
