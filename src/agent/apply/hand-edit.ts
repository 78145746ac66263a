import type { KubeObject, ManagedFieldsEntry } from '../../model/object';
import { nameOf, type ObjectId } from '../../model/object';
import type { FieldSet } from '../../objects/field-sets';
import type { EventInput } from '../runtime/types';
import type { ApplyResult } from './types';

/** What somebody else did to an object of ours, and we undid. Never with values. */
export interface HandEdit {
  /** Field manager, such as `kubectl-edit`. */
  readonly manager: string;
  readonly fields: readonly string[];
}

export const EDIT_REVERTED = 'EditReverted';
const MOST_FIELDS = 10;

/** What was written last by somebody else, status aside. */
export function lastEdit({ metadata }: KubeObject, ours: string): ManagedFieldsEntry | undefined {
  const others = (metadata.managedFields ?? []).filter(({ manager, subresource }) => manager !== ours && subresource !== 'status');
  return others.reduce<ManagedFieldsEntry | undefined>((last, one) => ((one.time ?? '') >= (last?.time ?? '') ? one : last), undefined);
}

/** Fields that an edit held and that, after a write of ours, it holds no more. */
export function takenBack(edit: ManagedFieldsEntry, after: KubeObject): HandEdit | undefined {
  const isIt = ({ manager, operation, subresource }: ManagedFieldsEntry) =>
    manager === edit.manager && operation === edit.operation && subresource === edit.subresource;
  const kept = new Set(fieldPaths(after.metadata.managedFields?.find(isIt)?.fieldsV1 ?? {}));
  const fields = [...new Set(fieldPaths(edit.fieldsV1 ?? {}))].filter((field) => !kept.has(field));
  return fields.length === 0 ? undefined : { manager: edit.manager, fields };
}

/** An event for each object of which an edit was undone. */
export function revertedEdits({ results }: ApplyResult): EventInput[] {
  return results.flatMap((result) => (result.action !== 'failed' && result.reverted !== undefined ? [editReverted(result.id, result.reverted)] : []));
}

/** Says what was undone, and how to keep such a change for a while. */
export function editReverted(id: ObjectId, { manager, fields }: HandEdit): EventInput {
  const named = fields.length <= MOST_FIELDS ? fields : [...fields.slice(0, MOST_FIELDS), `${fields.length - MOST_FIELDS} more`];
  const target = `${id.kind.toLowerCase()}/${id.name}${id.namespace === '' ? '' : ` -n ${id.namespace}`}`;
  const message =
    `${nameOf(id)}: ${manager} changed ${named.join(', ')}, and it is as Git has it again. ` +
    `To keep a change for a while: fairlead suspend ${target} --for 1h --reason TEXT`;
  return { type: 'Warning', reason: EDIT_REVERTED, message };
}

/** `spec.template.spec.containers[name=podinfo].image`. Of members of a set only the set is named: they are values. */
export function fieldPaths(set: FieldSet, path = ''): string[] {
  return Object.keys(set)
    .filter((step) => step !== '.')
    .flatMap((step) => {
      const below = joined(path, step);
      const deeper = step.startsWith('v:') ? [] : fieldPaths(set[step] as FieldSet, below);
      return deeper.length > 0 ? deeper : [below];
    });
}

function joined(path: string, step: string): string {
  const what = step.slice(2);
  switch (step.slice(0, 2)) {
    case 'f:':
      if (/[^\w-]/.test(what)) return `${path}[${what}]`;
      return path === '' ? what : `${path}.${what}`;
    case 'k:':
      return `${path}[${keysOf(what)}]`;
    case 'v:':
      return path;
    default:
      return `${path}[${what}]`;
  }
}

function keysOf(json: string): string {
  return Object.entries(JSON.parse(json) as Record<string, unknown>)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
