import { fieldManagers } from '../../../model/labels';
import type { ManagedFieldsEntry, ObjectMeta } from '../../../model/object';

type Tree = Readonly<Record<string, unknown>>;

/** Shape of a Secret, as far as somebody can own it. */
export interface SecretFields {
  readonly metadata: Pick<ObjectMeta, 'labels' | 'annotations' | 'ownerReferences'>;
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What nobody but us has any business with in a Secret of ours. Labels and annotations beside ours are other people's own. */
const CONTENT = ['f:data', 'f:type', 'f:immutable'];

/** The tree of fields that whoever writes this owns, as `managedFields` has it. */
export function fieldsOf({ metadata, type, immutable, data }: SecretFields): Tree {
  const { labels, annotations, ownerReferences = [] } = metadata;
  const owners = Object.fromEntries(ownerReferences.map(({ uid }) => [`k:${JSON.stringify({ uid })}`, {}]));
  const meta = {
    ...branch('f:annotations', fieldKeys(annotations)),
    ...branch('f:labels', fieldKeys(labels)),
    ...branch('f:ownerReferences', owners),
  };
  return {
    ...branch('f:data', fieldKeys(data)),
    ...(immutable !== undefined && { 'f:immutable': {} }),
    ...(Object.keys(meta).length > 0 && { 'f:metadata': meta }),
    ...(type !== undefined && { 'f:type': {} }),
  };
}

/** One text for a tree of fields: equal where the same fields are owned, however the server writes them down. */
export function printFields(fields: Tree): string {
  return leaves(fields, []).sort().join('\n');
}

/**
 * Whether fields of ours are those that were written, both as printed. An admission webhook acts in our name: labels and annotations that it adds to
 * what we write are no reason to write again.
 */
export function isAsWritten(ours: string, written: string): boolean {
  if (ours === written) return true;
  const fields = written.split('\n');
  const are = new Set(ours.split('\n'));
  for (const field of fields) if (!are.delete(field)) return false;
  return [...are].every((field) => /^\["f:metadata","f:(labels|annotations)"/.test(field));
}

/** What we own according to the metadata; undefined where we own nothing. */
export function ourFields(managed: readonly ManagedFieldsEntry[] = []): Tree | undefined {
  return managed.find(isOurs)?.fieldsV1;
}

/** Whether somebody else owns content of the Secret. */
export function isContentOfOthers(managed: readonly ManagedFieldsEntry[] = []): boolean {
  return managed.some((entry) => !isOurs(entry) && CONTENT.some((field) => field in (entry.fieldsV1 ?? {})));
}

/** `managedFields` after we wrote these fields: ours, and of others (where they keep theirs) what is left. */
export function managedAfter(fields: Tree, others: readonly ManagedFieldsEntry[] = []): ManagedFieldsEntry[] {
  const ours = {
    manager: fieldManagers.secrets,
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
  } as const satisfies ManagedFieldsEntry;
  const rest = others
    .filter((entry) => !isOurs(entry))
    .map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1 ?? {}, fields) }))
    .filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  return [...rest, ours];
}

function isOurs({ manager, operation, subresource }: ManagedFieldsEntry): boolean {
  return manager === fieldManagers.secrets && operation === 'Update' && !subresource;
}

function fieldKeys(of: Readonly<Record<string, unknown>> = {}): Tree {
  return Object.fromEntries(Object.keys(of).map((key) => [`f:${key}`, {}]));
}

function branch(name: string, fields: Tree): Tree {
  return Object.keys(fields).length === 0 ? {} : { [name]: { '.': {}, ...fields } };
}

/** As of `f:metadata`, `f:labels` and a label. Anybody may write deeper trees. */
const DEEPEST = 3;

/** An owner is one thing, however many fields of it are listed. */
function leaves(tree: Tree, path: readonly string[]): string[] {
  const inside = path.length === DEEPEST ? [] : Object.entries(tree).filter(([name]) => name !== '.');
  if (inside.length === 0) return path.length === 0 ? [] : [JSON.stringify(path)];
  return inside.flatMap(([name, fields]) => leaves(fields as Tree, [...path, name]));
}

function without(tree: Tree, taken: Tree): Tree {
  const entries = Object.entries(tree).flatMap(([name, fields]): [string, unknown][] => {
    if (name === '.' || !(name in taken)) return [[name, fields]];
    if (name.startsWith('k:')) return [];
    const left = without(fields as Tree, taken[name] as Tree);
    return Object.keys(left).some((inner) => inner !== '.') ? [[name, left]] : [];
  });
  return Object.fromEntries(entries);
}
