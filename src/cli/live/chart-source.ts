import type { KubeObject } from '../../model/object';
import type { Ref } from './world';

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface OfChart extends KubeObject {
  readonly spec?: { readonly chart?: { readonly spec: { readonly sourceRef: Named } }; readonly chartRef?: Named };
}

/** Where the chart of a release comes from. */
export function chartSourceOf({ metadata, spec }: OfChart): Ref | undefined {
  const named = spec?.chart?.spec.sourceRef ?? spec?.chartRef;
  if (named === undefined) return undefined;
  const { kind, name, namespace = metadata.namespace ?? '' } = named;
  return { kind, namespace, name };
}
