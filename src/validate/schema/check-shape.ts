import type { Field } from './field';
import type { Shape, ShapeType } from './shape';

/** Where a value is not what its schema says. */
export interface ShapeProblem {
  readonly field: Field;
  readonly message: string;
  /** The structure is right, the value is one that servers refuse. */
  readonly isLimit?: boolean;
}

/**
 * What of a value its shape does not allow, strictly: fields that are not known are problems too. Null is absence, as for Kubernetes, which drops it,
 * but in a list. Messages name fields and types, and no value of a Secret.
 */
export function checkShape(value: unknown, shape: Shape, field: Field = []): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  check(value, shape, [...field], problems);
  return problems;
}

function check(value: unknown, shape: Shape, field: (string | number)[], problems: ShapeProblem[]): void {
  const wrong = typeProblem(value, shape.type);
  if (wrong !== undefined) {
    problems.push({ field: [...field], message: wrong });
    return;
  }
  for (const limit of shape.limits) {
    const message = limit(value);
    if (message !== undefined) problems.push({ field: [...field], message, isLimit: true });
  }
  if (Array.isArray(value)) checkItems(value, shape, field, problems);
  else if (typeof value === 'object' && value !== null) checkFields(value as Readonly<Record<string, unknown>>, shape, field, problems);
}

function checkFields(value: Readonly<Record<string, unknown>>, shape: Shape, field: (string | number)[], problems: ShapeProblem[]): void {
  for (const key of Object.keys(value)) {
    const item = value[key];
    const property = shape.properties?.get(key);
    const expected = property ?? shape.others;
    if (expected === 'any') continue;
    if (expected === 'none') {
      problems.push({ field: [...field, key], message: `is no field here${nearest(key, shape.properties)}` });
      continue;
    }
    // Entries of a map are values, its null too: it would be an empty one.
    if (item === null && (property !== undefined || expected.isNullable)) continue;
    field.push(key);
    check(item, expected, field, problems);
    field.pop();
  }
  for (const name of shape.required) {
    const isThere = Object.hasOwn(value, name) && (value[name] !== null || shape.properties?.get(name)?.isNullable);
    if (!isThere) problems.push({ field: [...field, name], message: 'is required' });
  }
}

function checkItems(value: readonly unknown[], { items, listKeys }: Shape, field: (string | number)[], problems: ShapeProblem[]): void {
  if (items === undefined) return;
  for (let index = 0; index < value.length; index++) {
    if (value[index] === null && items.isNullable) continue;
    field.push(index);
    check(value[index], items, field, problems);
    field.pop();
  }
  if (listKeys && value.length > 1) checkUnique(value, listKeys, field, problems);
}

/** Keys of Service ports and the like have defaults that this does not know: only items with all of their keys are compared. */
function checkUnique(value: readonly unknown[], keys: readonly string[], field: readonly (string | number)[], problems: ShapeProblem[]): void {
  const seen = new Set<string>();
  value.forEach((item, index) => {
    if (typeof item !== 'object' || item === null || !keys.every((key) => Object.hasOwn(item, key))) return;
    const parts = keys.map((key) => (item as Readonly<Record<string, unknown>>)[key]);
    const text = JSON.stringify(parts);
    if (seen.has(text)) problems.push({ field: [...field, index], message: `has the ${keys.join(', ')} of an item before it`, isLimit: true });
    seen.add(text);
  });
}

function typeProblem(value: unknown, type: ShapeType | undefined): string | undefined {
  if (type === undefined || isOf(value, type)) return undefined;
  const hint = type === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? ': quote it' : '';
  return `must be ${ARTICLES[type]}, is ${describe(value)}${hint}`;
}

function isOf(value: unknown, type: ShapeType): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'int-or-string':
      return typeof value === 'string' || Number.isInteger(value);
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
  }
}

const ARTICLES: Readonly<Record<ShapeType, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  'int-or-string': 'a whole number or a string',
  quantity: 'a quantity, a string or a number',
};

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

/** A field that differs in case or by one letter is what was meant. */
function nearest(key: string, properties: ReadonlyMap<string, Shape> | undefined): string {
  const found = properties && [...properties.keys()].find((name) => isNear(key.toLowerCase(), name.toLowerCase()));
  return found === undefined ? '' : `: did you mean ${found}?`;
}

function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 3) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}
