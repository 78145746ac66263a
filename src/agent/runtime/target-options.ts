import type { ObjectMeta } from '../../model/object';
import type { TargetOptions } from './types';

/** What Flux's kinds say of where they apply, and as whom. */
export interface Targeted {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly kubeConfig?: { readonly secretRef?: { readonly name: string; readonly key?: string } };
    readonly serviceAccountName?: string;
  };
}

/** Secret and service account are those of the object's own namespace. */
export function targetOptionsOf({ metadata, spec }: Targeted): TargetOptions {
  const { namespace = '' } = metadata;
  const { kubeConfig, serviceAccountName: name } = spec;
  return {
    namespace,
    ...(kubeConfig?.secretRef === undefined ? {} : { kubeConfig: { secretRef: kubeConfig.secretRef, namespace } }),
    ...(name ? { serviceAccount: { namespace, name } } : {}),
  };
}
