import type { CrdSchema } from './crd-schema';
import { patternLimit } from './pattern-limit';
import type { Limit } from './shape';

/** What a schema says of values besides their structure. */
export function valueLimits(schema: CrdSchema): Limit[] {
  const limits: Limit[] = [];
  const number = (is: (value: number) => boolean, message: string) =>
    limits.push((value) => (typeof value === 'number' && !is(value) ? message : undefined));
  const size = (of: (value: unknown) => number | undefined, is: (value: number) => boolean, message: string) =>
    limits.push((value) => {
      const count = of(value);
      return count !== undefined && !is(count) ? message : undefined;
    });
  const { enum: allowed, pattern, minimum, maximum, multipleOf, minLength, maxLength, minItems, maxItems, minProperties, maxProperties } = schema;
  if (allowed) {
    const texts = new Set(allowed.map((item) => JSON.stringify(item)));
    limits.push((value) => (texts.has(JSON.stringify(value)) ? undefined : `must be one of ${[...texts].join(', ')}`));
  }
  if (pattern !== undefined) limits.push(patternLimit(pattern));
  if (minimum !== undefined) {
    const isAbove = schema.exclusiveMinimum ? (value: number) => value > minimum : (value: number) => value >= minimum;
    number(isAbove, `must be ${schema.exclusiveMinimum ? 'more than' : 'at least'} ${minimum}`);
  }
  if (maximum !== undefined) {
    const isBelow = schema.exclusiveMaximum ? (value: number) => value < maximum : (value: number) => value <= maximum;
    number(isBelow, `must be ${schema.exclusiveMaximum ? 'less than' : 'at most'} ${maximum}`);
  }
  if (multipleOf !== undefined) number((value) => Number.isInteger(value / multipleOf), `must be a multiple of ${multipleOf}`);
  if (minLength !== undefined) size(lengthOf, (count) => count >= minLength, `must have ${minLength} characters at least`);
  if (maxLength !== undefined) size(lengthOf, (count) => count <= maxLength, `must have ${maxLength} characters at most`);
  if (minItems !== undefined) size(itemsOf, (count) => count >= minItems, `must have ${minItems} items at least`);
  if (maxItems !== undefined) size(itemsOf, (count) => count <= maxItems, `must have ${maxItems} items at most`);
  if (minProperties !== undefined) size(keysOf, (count) => count >= minProperties, `must have ${minProperties} keys at least`);
  if (maxProperties !== undefined) size(keysOf, (count) => count <= maxProperties, `must have ${maxProperties} keys at most`);
  if (schema.uniqueItems || schema['x-kubernetes-list-type'] === 'set') limits.push(unique);
  return limits;
}

function unique(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  return new Set(value.map((item) => JSON.stringify(item))).size === value.length ? undefined : 'has an item twice';
}

// Characters, not UTF-16 units.
const lengthOf = (value: unknown) => (typeof value === 'string' ? [...value].length : undefined);
const itemsOf = (value: unknown) => (Array.isArray(value) ? value.length : undefined);
const keysOf = (value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : undefined);
