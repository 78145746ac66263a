import { annotations, labels } from '../model/labels';
import type { KubeObject } from '../model/object';
import type { ReleaseTarget } from './release-target';

type Named = Pick<KubeObject, 'metadata'>;

/**
 * What live objects of a release carry, and the stored manifest never does: Helm's ownership, so that Helm's own commands
 * accept them, and Flux's origin, so that they are found again.
 */
export function originOf(
  object: Named,
  target: Pick<ReleaseTarget, 'name' | 'namespace'>,
): { labels: Record<string, string>; annotations: Record<string, string> } {
  return {
    labels: { [labels.managedBy]: 'Helm', ...originLabels(object) },
    annotations: {
      [annotations.helmReleaseName]: target.name,
      [annotations.helmReleaseNamespace]: target.namespace,
    },
  };
}

/** Flux's part alone: all that CRDs of a chart get, as Helm never takes them away. */
export function originLabels(object: Named): Record<string, string> {
  return { [labels.helmName]: object.metadata.name, [labels.helmNamespace]: object.metadata.namespace ?? '' };
}
