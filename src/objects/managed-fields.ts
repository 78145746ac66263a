import type { KubeObject, ManagedFieldsEntry } from '../model/object';
import { type FieldSet, leavesOf, unionFields } from './field-sets';

/** The fields an object's manager applied. Undefined: it applied none. */
export function appliedFields(object: KubeObject, manager: string): FieldSet | undefined {
  return object.metadata.managedFields?.find((entry) => isAppliedBy(entry, manager))?.fieldsV1;
}

function isAppliedBy(entry: ManagedFieldsEntry, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
}

/** What people ask controllers for by annotation: undoing it would undo the request. */
const REQUESTS = [
  /^f:metadata f:annotations f:(reconcile\.fluxcd\.io|fairlead\.dev)\//,
  /^f:spec f:template f:metadata f:annotations f:kubectl\.kubernetes\.io\/restartedAt$/,
];

function isRequest(entry: ManagedFieldsEntry): boolean {
  const paths = leavesOf(entry.fieldsV1 ?? {});
  return paths.length > 0 && paths.every((path) => REQUESTS.some((request) => request.test(path)));
}

/**
 * Whether an entry is of somebody whose fields we take over, so that what they added and we do not want goes away: kubectl in all its
 * commands, what was there before server-side apply, ourselves by other means than apply, and the names given.
 */
export function isPredecessor(entry: ManagedFieldsEntry, manager: string, others: readonly string[] = []): boolean {
  if (entry.subresource) return false;
  if (entry.manager.startsWith('kubectl')) return !isRequest(entry);
  if (entry.operation === 'Update' && (entry.manager === 'before-first-apply' || entry.manager === manager)) return true;
  return entry.manager !== manager && others.includes(entry.manager);
}

/** Whose fields of the object are to be taken over. */
export function predecessorsOf(object: KubeObject, manager: string, others?: readonly string[]): string[] {
  return (object.metadata.managedFields ?? []).filter((entry) => isPredecessor(entry, manager, others)).map((entry) => entry.manager);
}

export type JsonPatch = readonly { readonly op: 'test' | 'replace'; readonly path: string; readonly value: unknown }[];

/**
 * A JSON patch that makes predecessors' fields ours, for that very state of the object. Applied again afterwards, what we do not want of
 * them goes. Undefined: nobody to take over from.
 */
export function takeoverPatch(object: KubeObject, manager: string, others?: readonly string[]): JsonPatch | undefined {
  const entries = object.metadata.managedFields ?? [];
  const taken = entries.filter((entry) => isPredecessor(entry, manager, others));
  if (taken.length === 0) return undefined;

  const ours = entries.find((entry) => isAppliedBy(entry, manager));
  const fieldsV1 = [...(ours ? [ours] : []), ...taken].map((entry) => entry.fieldsV1 ?? {}).reduce(unionFields);
  const kept = entries.filter((entry) => entry !== ours && !taken.includes(entry));
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    { op: 'replace', path: '/metadata/managedFields', value: [...kept, { ...(ours ?? taken[0]), manager, operation: 'Apply', fieldsV1 }] },
  ];
}

/** Who else wrote to the object last, its status aside. For messages. */
export function lastWriterBeside(object: KubeObject, manager: string): string | undefined {
  const others = (object.metadata.managedFields ?? []).filter((entry) => entry.manager !== manager && entry.subresource !== 'status');
  return others.sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0]?.manager;
}
