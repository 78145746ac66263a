import type { Finding, ObjectChange } from '../types';
import { at, type Fields, listAt, mapAt, textAt, textsAt } from './fields';
import { findingOf } from './subject';

const GROUP = 'apiextensions.k8s.io';
const MOST_PATHS = 8;
/** What a value must not be above or below. */
const UPPER = ['maximum', 'maxLength', 'maxItems', 'maxProperties'];
const LOWER = ['minimum', 'minLength', 'minItems', 'minProperties'];

/** Versions of a kind that go, and values that were good and no longer are, roughly. */
export function crdFindings(change: ObjectChange): Finding[] {
  const { id, before, after } = change;
  if (id.group !== GROUP || id.kind !== 'CustomResourceDefinition' || before === undefined || after === undefined) return [];
  const versions = new Map(listAt(after, 'spec', 'versions').map((version) => [textAt(version, 'name'), version]));
  return listAt(before, 'spec', 'versions').flatMap((old) => {
    const name = textAt(old, 'name') as string;
    const now = versions.get(name);
    const found = (text: string) => findingOf(change, { topic: 'crd', level: 'danger', text });
    if (now === undefined) return [found(`version ${name} is removed${at(old, 'storage') === true ? ', which objects are stored in' : ''}`)];
    const unserved = at(old, 'served') === true && at(now, 'served') !== true ? [found(`version ${name} is served no longer`)] : [];
    const narrowed = narrowings(mapAt(old, 'schema', 'openAPIV3Schema'), mapAt(now, 'schema', 'openAPIV3Schema'), '');
    const more = narrowed.length > MOST_PATHS ? `, and ${narrowed.length - MOST_PATHS} more` : '';
    const schema = narrowed.length === 0 ? [] : [found(`version ${name} takes less: ${narrowed.slice(0, MOST_PATHS).join(', ')}${more}`)];
    return [...unserved, ...schema];
  });
}

/** Paths at which a schema takes less than it did. */
function narrowings(before: Fields, after: Fields, path: string): string[] {
  const here = path === '' ? '.' : path;
  const found: string[] = [];
  if (before.type !== undefined && after.type !== undefined && before.type !== after.type && !(before.type === 'integer' && after.type === 'number'))
    found.push(`${here} is ${String(after.type)}, was ${String(before.type)}`);
  const [were, are] = [before, after].map((schema) => textsAt(schema, 'required'));
  for (const name of are) if (!were.includes(name)) found.push(`${path}.${name} is required`);
  if (Array.isArray(after.enum)) {
    const gone = Array.isArray(before.enum) ? before.enum.filter((value) => !(after.enum as unknown[]).includes(value)) : undefined;
    if (gone === undefined) found.push(`${here} is one of ${after.enum.length}`);
    else if (gone.length > 0) found.push(`${here} cannot be ${gone.map(String).join(', ')}`);
  }
  if (after.pattern !== undefined && after.pattern !== before.pattern) found.push(`${here} has another pattern`);
  for (const bound of UPPER) if (isBelow(after[bound], before[bound] ?? Number.POSITIVE_INFINITY)) found.push(`${here} has a lower ${bound}`);
  for (const bound of LOWER) if (isBelow(before[bound] ?? Number.NEGATIVE_INFINITY, after[bound])) found.push(`${here} has a higher ${bound}`);
  if (before.nullable === true && after.nullable !== true) found.push(`${here} cannot be null`);
  const open = (schema: Fields) => schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (open(before) && !open(after)) found.push(`${here} drops unknown fields`);
  const properties = mapAt(after, 'properties');
  for (const [name, schema] of Object.entries(mapAt(before, 'properties'))) {
    if (name in properties) found.push(...narrowings(mapAt(schema), mapAt(properties, name), `${path}.${name}`));
    else if (!open(after)) found.push(`${path}.${name} is removed`);
  }
  if (before.items !== undefined && after.items !== undefined) found.push(...narrowings(mapAt(before, 'items'), mapAt(after, 'items'), `${path}[]`));
  const [values, others] = [before, after].map((schema) => mapAt(schema, 'additionalProperties'));
  if (isAny(values) || isAny(others)) return found;
  return [...found, ...narrowings(values, others, `${path}.*`)];
}

function isAny(schema: Fields): boolean {
  return Object.keys(schema).length === 0;
}

function isBelow(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' && a < b;
}
