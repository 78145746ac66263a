/** A manifest with one thing changed, and what that is. */
export interface Mutation {
  readonly what: string;
  readonly object: unknown;
}

type Place = readonly (string | number)[];

/** Every manifest that differs from one in a single place: a field renamed, dropped or added, a value of another type. */
export function mutationsOf(object: unknown, isLeftOut: (place: Place) => boolean = () => false): Mutation[] {
  return placesIn(object, [])
    .filter((place) => place.length > 0 && !isLeftOut(place))
    .flatMap((place) => changesAt(object, place))
    .map(({ what, object: changed }) => ({ what, object: JSON.parse(JSON.stringify(changed)) }));
}

function changesAt(object: unknown, place: Place): Mutation[] {
  const name = place.join('.');
  const value = place.reduce((one, part) => (one as Record<string | number, unknown>)[part], object);
  const others = [7, 'seven', true, ['seven'], { seven: 7 }].filter((other) => typeOf(other) !== typeOf(value));
  const changed = others.map((other): Mutation => ({ what: `${name} is ${JSON.stringify(other)}`, object: withValue(object, place, other) }));
  if (typeof place[place.length - 1] === 'number') return changed;
  return [
    ...changed,
    { what: `${name} is missing`, object: withValue(object, place, undefined) },
    { what: `${name}x is there too`, object: withValue(object, [...place.slice(0, -1), `${place[place.length - 1]}x`], value) },
  ];
}

function placesIn(value: unknown, at: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? value.map((item, index): [number, unknown] => [index, item]) : Object.entries(value);
  return [at, ...entries.flatMap(([key, item]) => placesIn(item, [...at, key]))];
}

function withValue(object: unknown, [first, ...rest]: Place, value: unknown): unknown {
  if (first === undefined) return value;
  const child = (object as Record<string | number, unknown>)[first];
  const changed = withValue(child, rest, value);
  if (Array.isArray(object)) return object.map((item: unknown, index) => (index === first ? changed : item));
  return { ...(object as object), [first]: changed };
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
