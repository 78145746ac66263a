import type { GroupVersionKind, Selection } from '../../kube/types';
import { labels as names } from '../../model/labels';
import type { ObjectId } from '../../model/object';

/**
 * Which watch sees an object: all of one owner kind's objects share a label, so one watch per kind is enough. Objects without such a label
 * are watched by name.
 */
export function selectionFor(id: ObjectId, labels: Readonly<Record<string, string>> | undefined): Selection {
  const labelSelector = selectorFor(labels ?? {});
  const as = isSeenAsMetadata(id) ? 'metadata' : 'object';
  return labelSelector === undefined ? { ...byName(id), as } : { labelSelector, as };
}

export function byName(id: ObjectId): Selection {
  return { namespace: id.namespace || undefined, fieldSelector: `metadata.name=${id.name}` };
}

function selectorFor(labels: Readonly<Record<string, string>>): string | undefined {
  if (names.kustomizeName in labels) return names.kustomizeName;
  if (names.managedBy in labels) return `${names.managedBy}=${labels[names.managedBy]}`;
  return names.helmName in labels ? names.helmName : undefined;
}

/** Whether a watch by label shows an object with these labels. */
export function isSelected({ labelSelector }: Selection, labels: Readonly<Record<string, string>> | undefined): boolean {
  if (labelSelector === undefined) return true;
  const [name, value] = labelSelector.split('=');
  return value === undefined ? labels?.[name] !== undefined : labels?.[name] === value;
}

/** Kinds whose bodies are secret or large: watched by metadata, and read one by one when they change. */
export function isSeenAsMetadata(id: GroupVersionKind): boolean {
  if (id.group === '') return id.kind === 'Secret' || id.kind === 'ConfigMap';
  return id.group === 'apiextensions.k8s.io' && id.kind === 'CustomResourceDefinition';
}
