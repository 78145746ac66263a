import type { KubeObject } from '../../model/object';
import type { Ref } from '../live/world';

interface SourceRef {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Sourced extends KubeObject {
  readonly spec?: {
    readonly chart?: { readonly spec: { readonly sourceRef: SourceRef } };
    readonly chartRef?: SourceRef;
    readonly sourceRef?: SourceRef;
    readonly imageRepositoryRef?: { readonly name: string; readonly namespace?: string };
  };
}

/** What a release, an automation or a policy reads from. */
export function releaseSource({ metadata, spec }: Sourced): Ref | undefined {
  const { imageRepositoryRef } = spec ?? {};
  const found =
    spec?.chart?.spec.sourceRef ?? spec?.chartRef ?? spec?.sourceRef ?? (imageRepositoryRef && { kind: 'ImageRepository', ...imageRepositoryRef });
  return found && { kind: found.kind, namespace: found.namespace ?? metadata.namespace ?? '', name: found.name };
}
