/** Nobody writes so much by hand, and what looks at it would never end. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 500;

/** Why a value that was read from a file is not looked at: aliases make too much of it, or it is too deep. Undefined of all that people write. */
export function excess(value: unknown): string | undefined {
  let left = MOST_VALUES;
  const walk = (item: unknown, depth: number): string | undefined => {
    if (depth > DEEPEST) return `is deeper than ${DEEPEST} levels`;
    if (--left < 0) return `has more than ${MOST_VALUES} values`;
    if (typeof item !== 'object' || item === null) return undefined;
    for (const below of Object.values(item)) {
      const found = walk(below, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(value, 0);
}
