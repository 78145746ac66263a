import { hash } from 'node:crypto';
import type { FieldSet } from './field-sets';

/**
 * Digest of what an object holds at the given fields, and of which fields these are. Equal as long as nobody took one of the fields or
 * changed its value; what others do beside them makes no difference. 27 characters.
 */
export function projectionDigest(object: unknown, fields: FieldSet): string {
  const parts: string[] = [];
  project(object, fields, parts);
  return hash('sha1', parts.join('\n'), 'base64').slice(0, 27);
}

const ABSENT = Symbol('absent');

function project(value: unknown, fields: FieldSet, into: string[]): void {
  const steps = Object.keys(fields).sort();
  if (steps.length === 0) {
    into.push(value === ABSENT ? 'absent' : canonical(value));
    return;
  }
  into.push('{');
  for (const step of steps) {
    into.push(step);
    // Membership of a map or list item says nothing of its other fields.
    if (step === '.') into.push(value === ABSENT ? 'absent' : 'present');
    else project(descend(value, step), fields[step] as FieldSet, into);
  }
  into.push('}');
}

function descend(value: unknown, step: string): unknown {
  const name = step.slice(2);
  if (step.startsWith('f:'))
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : ABSENT;
  if (!Array.isArray(value)) return ABSENT;
  if (step.startsWith('i:')) return Number(name) in value ? value[Number(name)] : ABSENT;
  if (step.startsWith('v:')) return present(value.find((item) => canonical(item) === canonical(JSON.parse(name))));
  const keys = Object.entries(JSON.parse(name) as Record<string, unknown>);
  return present(
    value.find((item) => keys.every(([key, wanted]) => canonical((item as Record<string, unknown> | null)?.[key]) === canonical(wanted))),
  );
}

function present(found: unknown): unknown {
  return found === undefined ? ABSENT : found;
}

/** JSON with sorted keys: the server's order of fields is not part of the state. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
