const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** How long ago, in the largest unit that says something: `42s ago`, `5m ago`. */
export function printAge(time: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
  const [unit, length] = UNITS.find(([, size]) => seconds >= size * 2) ?? UNITS[UNITS.length - 1];
  return `${Math.floor(seconds / length)}${unit} ago`;
}
