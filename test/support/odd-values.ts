import fc from 'fast-check';

const ODD = [null, 123, -1.5, true, '', '../..', 'x\u0000', [], {}, [null], ['a'], { a: null }, { a: { b: [] } }, [[{}]]];

type Path = readonly string[];

/** Objects of which one has something anywhere that does not belong there. */
export function oddlyChanged(objects: readonly object[]): fc.Arbitrary<readonly object[]> {
  return fc
    .nat(objects.length - 1)
    .chain((index) => fc.record({ index: fc.constant(index), path: fc.constantFrom(...pathsIn(objects[index])), odd: fc.constantFrom(...ODD) }))
    .map(({ index, path, odd }) => objects.with(index, withOdd(objects[index], path, odd)));
}

/** Everywhere in an object but itself. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [[...path, key], ...pathsIn(below, [...path, key])]);
}

function withOdd(object: object, path: Path, odd: unknown): object {
  const copy = structuredClone(object) as Record<string, unknown>;
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  holder[path[path.length - 1]] = odd;
  return copy;
}
