/** Where in an object: names of fields, and places in lists from 0. */
export type Field = readonly (string | number)[];

/** As people write it: `spec.containers[0].image`. */
export function fieldText(field: Field): string {
  return field
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
