import { nameOf } from '../../model/object';
import type { ElsewhereLayer } from '../cluster-manifests';
import type { PlacedDraft } from './duplicates';

/** A Kustomization that applies what is not here. */
export function elsewhereDraft({ source, path, manifest }: ElsewhereLayer): PlacedDraft {
  const message = `applies ${path} of ${nameOf(source)}, which is not here: what is there was not looked at`;
  return { manifest, draft: { rule: 'source-elsewhere', field: ['spec', 'sourceRef'], message } };
}
