import { nameOf } from '../../model/object';
import type { Draft } from '../finding';
import { metadataOf, type RawObject } from '../manifest';
import { fluxReferences } from '../references/flux-references';
import { kubernetesReferences } from '../references/kubernetes-references';
import { podReferences } from '../references/pod-references';
import type { Presence } from '../references/presence';
import type { Reference } from '../references/reference';

/** Names of things that are nowhere in the cluster's manifests. What somebody else may have made is a warning. */
export function referenceDrafts(object: RawObject, presence: Presence, isWhole: boolean): Draft[] {
  const { namespace = '' } = metadataOf(object);
  const home = typeof namespace === 'string' ? namespace : '';
  const references = [...fluxReferences(object, home), ...podReferences(object, home), ...kubernetesReferences(object, home)];
  return references.flatMap((reference): Draft[] => {
    const { field, isFromGit } = reference;
    if (!presence.has(reference)) {
      return [
        {
          rule: 'missing-reference',
          field,
          message: `names ${shown(reference)}, which is not there`,
          severity: isFromGit && isWhole ? 'error' : 'warning',
        },
      ];
    }
    const keys = presence.otherKeys(reference);
    if (keys === undefined) return [];
    const message = `wants key ${reference.key} of ${shown(reference)}, which has ${keys.join(', ') || 'none'}`;
    return [{ rule: 'missing-reference', field, message, severity: 'error' }];
  });
}

function shown({ kind, namespace = '', name }: Reference): string {
  return nameOf({ kind, namespace, name });
}
